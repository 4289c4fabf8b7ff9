"""The cards about incidents and requests: the work at hand, what is asked, the news, the mandate,
the volume, by vendor and service. Found by the home page as every app's `dashboard`."""

from incidents.dashboard import asked, attribution, mandate, news, open_work, pressing, volume

__all__ = ["asked", "attribution", "mandate", "news", "open_work", "pressing", "volume"]
