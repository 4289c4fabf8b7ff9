"""The portal's settings for tests: they need no environment, write into a folder that is thrown
away, send no mail and hash passwords fast. What a test is about, it sets itself.
"""

import atexit
import os
import shutil
import tempfile

if "ITSM_VAR_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="itsm-tests-")
    _made_by = os.getpid()

    def _throw_away() -> None:
        if os.getpid() == _made_by:
            shutil.rmtree(_folder, ignore_errors=True)

    atexit.register(_throw_away)
    os.environ["ITSM_VAR_DIR"] = _folder

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("ITSM_DEMO", "1")  # the cast can sign in with a password, over plain HTTP
os.environ.setdefault("EMAIL_URL", "memorymail://")

from itsm.settings import *  # noqa: F403 -- after the environment is set
from itsm.settings import PASSWORD_HASHERS, REST_FRAMEWORK, STORAGES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
REST_FRAMEWORK = {**REST_FRAMEWORK, "TEST_REQUEST_DEFAULT_FORMAT": "json"}
STORAGES = {  # tests serve the files as they lie there, uncollected
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
