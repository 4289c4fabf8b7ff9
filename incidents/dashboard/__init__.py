"""The cards about incidents: the work at hand, the news, the mandate, the volume, by vendor and
service. Found by the home page as every app's `dashboard`."""

from incidents.dashboard import attribution, mandate, news, open_work, pressing, volume

__all__ = ["attribution", "mandate", "news", "open_work", "pressing", "volume"]
