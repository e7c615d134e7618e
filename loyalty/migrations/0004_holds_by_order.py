"""Every paid order asks whether points paid for it: captured holds are found by their order."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # built beside running writes

    dependencies = [("loyalty", "0003_tier_years")]

    operations = [
        AddIndexConcurrently(
            model_name="hold",
            index=models.Index(
                fields=["order_key"],
                condition=models.Q(state="captured"),
                name="hold_by_order",
            ),
        )
    ]
