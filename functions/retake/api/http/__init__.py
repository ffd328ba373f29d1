"""What all routes share: the application, parameters, problems, repeated requests, the OpenAPI document."""
