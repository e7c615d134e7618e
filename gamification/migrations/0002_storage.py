"""How PostgreSQL keeps tables that are hot."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gamification", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                ALTER TABLE gamification_boarddelta SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 0.0, autovacuum_vacuum_insert_threshold = 20000);
                ALTER TABLE gamification_boardstep SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
                ALTER TABLE gamification_boardbucket SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
                ALTER TABLE gamification_boardscore SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
            """,
            reverse_sql="""
                ALTER TABLE gamification_boarddelta RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold);
                ALTER TABLE gamification_boardstep RESET (fillfactor, autovacuum_vacuum_scale_factor);
                ALTER TABLE gamification_boardbucket RESET (fillfactor, autovacuum_vacuum_scale_factor);
                ALTER TABLE gamification_boardscore RESET (fillfactor, autovacuum_vacuum_scale_factor);
            """,
        ),
    ]
