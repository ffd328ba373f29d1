"""The stack: every part of Retake, put together."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, CfnParameter, DefaultStackSynthesizer, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.stack.acknowledgements import acknowledge_findings
from infra.stack.alarms import add_alarms
from infra.stack.alerts import add_alert_topic
from infra.stack.capacity import Capacity
from infra.stack.dashboard import add_dashboard
from infra.stack.failed_calls import keep_failed_calls
from infra.stack.grants import Machine, Queue
from infra.stack.http_api import add_http_api
from infra.stack.identity import Identity, add_identity, name_studio_in_invitations
from infra.stack.lambdas import FunctionFactory
from infra.stack.own_network import put_into_network
from infra.stack.providers import ProviderParameters, add_provider_permissions, spare_memory
from infra.stack.queues import QueuePair, add_failed_calls, add_queues
from infra.stack.saved_queries import add_saved_queries
from infra.stack.schedules import add_schedules
from infra.stack.settings import Names, StackSettings
from infra.stack.snapshots import start_from_snapshots
from infra.stack.storage import Storage, add_storage
from infra.stack.studio import CLOUDFRONT_ORIGINS, add_studio
from infra.stack.wake_ups import add_wake_ups
from infra.stack.workflows import add_workflows
from retake.routes import ROUTES


class RetakeStack(Stack):
    """One deployment of Retake.

    Args:
        scope: The app.
        construct_id: Name of the stack.
        settings: What differs between deployments.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: StackSettings) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Retake: regenerate, version and recompose AI-made video clips.",
            # The CLI checks the bootstrap version itself; the rule would ask the local cloud for a
            # parameter that it does not have.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        names = Names(self, settings.stage)
        origins = list(settings.allowed_origins)
        storage = add_storage(
            self, settings, allowed_origins=[*origins, *settings.studio_origins, CLOUDFRONT_ORIGINS]
        )
        queues = add_queues(self, names)
        failed_calls = add_failed_calls(self, names)
        provider = ProviderParameters.add(self, settings.flavour)
        capacity = Capacity.add(self, settings.flavour)
        identity = add_identity(self, settings, names)
        factory = FunctionFactory(
            scope=self,
            settings=settings,
            names=names,
            storage=storage,
            queues=queues,
            failed_calls=failed_calls,
            wake_ups=add_wake_ups(self, names),
            identity=identity,
            provider=provider,
            limits=self._limits().value_as_string,
            capacity=capacity,
        )
        functions = factory.add_functions()
        if settings.subnets:
            put_into_network(functions, subnets=settings.subnets, security_groups=settings.security_groups)
        add_provider_permissions(self, names, functions=functions, provider=provider)
        api = add_http_api(
            self,
            names,
            identity=identity,
            functions=self._called_by_the_api(functions, settings),
            allowed_origins=origins,
            capacity=capacity,
        )
        studio = add_studio(self, settings, names, storage=storage, api=api)
        name_studio_in_invitations(identity, studio.url)
        machines = add_workflows(self, names, functions=functions, submit_queue=queues[Queue.SUBMIT].main)
        keep_failed_calls(self, functions=functions, failed_calls=failed_calls)
        add_schedules(
            self,
            names,
            functions=functions,
            bucket_name=storage.bucket.bucket_name,
            failed_calls=failed_calls,
        )
        add_alarms(
            self,
            names,
            functions=functions,
            queues=queues,
            failed_calls=failed_calls,
            machines=machines,
            api_id=api.ref,
            table=storage.table,
        )
        alerts = add_alert_topic(self, names)
        add_dashboard(self, names, functions=functions, queues=queues, machines=machines)
        add_saved_queries(self, names, functions=functions)
        spare_memory(self, functions["submit_generation"], provider)
        acknowledge_findings(self, names, storage)
        self._outputs(
            names,
            storage=storage,
            queues=queues,
            functions=functions,
            identity=identity,
            api=api,
            alerts=alerts,
        )

    def _called_by_the_api(
        self, functions: Mapping[str, lambda_.Function], settings: StackSettings
    ) -> Mapping[str, lambda_.IFunction]:
        of_routes = {name: functions[name] for name in ROUTES}
        return start_from_snapshots(self, of_routes) if settings.snap_start else of_routes

    def _limits(self) -> CfnParameter:
        return CfnParameter(
            self,
            "Limits",
            type="String",
            description="JSON object of limits that differ from their defaults (retake.domain.limits).",
            default="{}",
        )

    def _outputs(
        self,
        names: Names,
        *,
        storage: Storage,
        queues: Mapping[Queue, QueuePair],
        functions: Mapping[str, lambda_.Function],
        identity: Identity,
        api: apigateway.CfnApi,
        alerts: sns.Topic,
    ) -> None:
        values = {
            "ApiUrl": f"https://{api.ref}.execute-api.{self.region}.{self.url_suffix}",
            "ApiId": api.ref,
            "UserPoolId": identity.pool.user_pool_id,
            "UserPoolClientId": identity.client.user_pool_client_id,
            "BucketName": storage.bucket.bucket_name,
            "TableName": storage.table.table_name,
            "RegenerateMachineArn": names.machine_arn(Machine.REGENERATE),
            "PrepareMachineArn": names.machine_arn(Machine.PREPARE),
            "CreateMachineArn": names.machine_arn(Machine.CREATE),
            "SubmitQueueUrl": queues[Queue.SUBMIT].main.queue_url,
            "PollQueueUrl": queues[Queue.POLL].main.queue_url,
            "ArchiveQueueUrl": queues[Queue.ARCHIVE].main.queue_url,
            "ReconcileFunctionName": functions["reconcile"].function_name,
            "PurgeFunctionName": functions["purge"].function_name,
            "CheckBudgetsFunctionName": functions["check_budgets"].function_name,
            "StorageAlertsTopicArn": alerts.topic_arn,
        }
        for name, value in values.items():
            CfnOutput(self, name, value=value)
