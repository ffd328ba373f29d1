"""The HTTP API by resource: a module holds routes and, at its foot, the Lambda function that answers them."""
