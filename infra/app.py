"""The CDK app: ``python -m infra.app`` writes the cloud assembly."""

import sys
from pathlib import Path

import aws_cdk as cdk

from infra.assets import build_assets
from infra.flavour import Flavour
from infra.stack.retake_stack import RetakeStack
from infra.stack.settings import StackSettings


def make_app(outdir: Path | None = None) -> cdk.App:
    """Return the app with its one stack.

    Context:
        flavour: ``aws`` (default) or ``host``.
        stage: Name of the deployment, if there are several.
        nag: ``true`` to run the AwsSolutions rules over it.

    Args:
        outdir: Where the assembly is written; by default where the CDK CLI says.
    """
    # Neither the tree view nor the reports are read by anything here; both cost time.
    app = cdk.App(outdir=str(outdir) if outdir else None, analytics_reporting=False, tree_metadata=False)
    flavour = Flavour(app.node.try_get_context("flavour") or Flavour.AWS)
    settings = StackSettings.from_context(app.node, flavour=flavour, assets=build_assets(flavour))
    RetakeStack(app, settings.stage.stack, settings=settings)
    if app.node.try_get_context("nag") == "true":
        check(app)
    return app


def check(app: cdk.App) -> None:
    """Fail the synthesis for findings of the AwsSolutions rules that are not acknowledged."""
    from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415 - only there where the stack is checked

    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


if __name__ == "__main__":
    make_app(Path(sys.argv[1]) if sys.argv[1:] else None).synth()
