"""What the database itself refuses about attestations, whoever asks."""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger
from vendors.attestations.enums import AttestationStatus as S


class StaysAsReviewed(AuditTrigger):
    """An attestation comes in as received. It is accepted with its document, before it expires and
    when every exception in it is assessed; what was reviewed stays, but that a newer one of the
    same vendor and kind takes its place."""

    name = "stays_as_reviewed"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        held = f"'{S.ACCEPTED}', '{S.WITH_GAPS}'"
        beside = "ARRAY['superseded_by_id', 'version', 'reference']"
        review = "ARRAY['status', 'coverage', 'review_note', 'reviewed_at', 'reviewed_by_id']"
        return f"""
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'an attestation is not deleted' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'INSERT' THEN
                IF NEW.status <> '{S.RECEIVED}' OR NEW.superseded_by_id IS NOT NULL THEN
                    RAISE EXCEPTION 'an attestation is received first'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END IF;
            IF (NEW.vendor_id, NEW.received_by_id, NEW.received_at)
                   IS DISTINCT FROM (OLD.vendor_id, OLD.received_by_id, OLD.received_at)
               OR (OLD.status <> '{S.RECEIVED}'
                   AND to_jsonb(NEW) - {beside} <> to_jsonb(OLD) - {beside})
               OR (OLD.status <> NEW.status AND to_jsonb(NEW) - {beside} - {review}
                                             <> to_jsonb(OLD) - {beside} - {review}) THEN
                RAISE EXCEPTION 'what was reviewed stays' USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.status <> NEW.status AND NEW.status IN ({held}) THEN
                IF NOT EXISTS (SELECT FROM vendors_attestationdocument d
                                WHERE d.attestation_id = NEW.id) THEN
                    RAISE EXCEPTION 'an attestation needs its document'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.expires_on < (NEW.reviewed_at AT TIME ZONE 'UTC')::date - 1 THEN
                    RAISE EXCEPTION 'an expired attestation is not accepted'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF EXISTS (SELECT FROM vendors_attestationexception e
                            WHERE e.attestation_id = NEW.id AND e.treatment = '') THEN
                    RAISE EXCEPTION 'every exception is assessed'
                        USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            IF NEW.superseded_by_id IS DISTINCT FROM OLD.superseded_by_id
               AND (OLD.superseded_by_id IS NOT NULL OR NOT EXISTS (
                   SELECT FROM vendors_attestation n
                    WHERE n.id = NEW.superseded_by_id AND n.id <> NEW.id
                      AND n.vendor_id = NEW.vendor_id AND n.kind = NEW.kind
                      AND n.status IN ({held}) AND n.expires_on > NEW.expires_on)) THEN
                RAISE EXCEPTION 'a newer one of the same vendor and kind takes its place'
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """


class StaysWithItsAttestation(AuditTrigger):
    """Documents, exceptions and controls are written until the attestation is reviewed."""

    name = "stays_with_its_attestation"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            IF (TG_OP = 'UPDATE' AND NEW.attestation_id <> OLD.attestation_id) OR NOT EXISTS (
                SELECT FROM vendors_attestation a
                 WHERE a.id = CASE TG_OP WHEN 'DELETE' THEN OLD.attestation_id
                                         ELSE NEW.attestation_id END
                   AND a.status = '{S.RECEIVED}' FOR SHARE) THEN
                RAISE EXCEPTION 'what was reviewed stays' USING ERRCODE = 'check_violation';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        """
