"""Addresses for the programs of witnesses."""

from django.urls import path

from evidence import witness_views

urlpatterns = [
    path("checkpoint", witness_views.checkpoint, name="ledger_checkpoint"),
    path("receipts", witness_views.receipts, name="ledger_receipts"),
]
