"""What Granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from config.embedded.children import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("WAFA_ROLE", "web")

if os.environ.get("WAFA_SUPERVISED"):
    die_with_parent()  # not even a killed Granian leaves a worker behind

application = get_wsgi_application()

# What is loaded by now stays for ever: unfrozen, each full collection walks through all of it while somebody waits.
gc.collect()
gc.freeze()
