"""The one procedure that alters what history and ledger hold, for migrations.

It acts with its owner's rights, for the eraser's role alone, and does what one warrant says in one
transaction: refused or killed, nothing has changed. While it works it switches the guards of the
few tables off, which locks them against writers; the end of the transaction switches them on.
"""

from audit.erasing_triggers import ERASER_ROLE, REFUSED

SIGNATURE = "audit_erase(bigint, text[])"
SEALED = "audit_sealedvalue"

_FIXED = """SET search_path = public, pg_temp
    SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD'
    SET "IntervalStyle" = 'iso_8601' SET extra_float_digits = 1"""

# What is blocked lies here, outside of every model: no list, page, export or search can name it.
_TABLE = f"""
    CREATE TABLE {SEALED} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request text NOT NULL, relation text NOT NULL, key text NOT NULL,
        payload jsonb, blocked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        suppressed_at timestamptz,
        CHECK ((payload IS NULL) = (suppressed_at IS NOT NULL))
    );
    CREATE INDEX audit_sealedvalue_request ON {SEALED} (request);
    REVOKE ALL ON {SEALED} FROM PUBLIC;
"""

# HMAC-SHA256 (RFC 2104) of side, NUL and name, cut to 128 bits: as `audit.ledger.envelope` salts.
_SALT = f"""
    CREATE FUNCTION audit_salt(secret bytea, side text, name text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE {_FIXED} AS $$
    DECLARE
        padded bytea := rpad_zero; inner_ bytea; outer_ bytea; hash bytea;
    BEGIN
        inner_ := padded; outer_ := padded;
        FOR i IN 0..63 LOOP
            inner_ := set_byte(inner_, i, get_byte(padded, i) # 54);
            outer_ := set_byte(outer_, i, get_byte(padded, i) # 92);
        END LOOP;
        hash := sha256(inner_ || convert_to(side, 'UTF8') || '\\x00'::bytea
            || convert_to(name, 'UTF8'));
        hash := sha256(outer_ || hash);
        RETURN rtrim(translate(encode(substring(hash FROM 1 FOR 16), 'base64'), '+/', '-_'), '=');
    END $$;
""".replace("rpad_zero", "secret || decode(repeat('00', 64 - length(secret)), 'hex')")

# One leaf: what goes, what stays with its salt, and no secret from which the rest could be derived.
_LEAF = f"""
    CREATE FUNCTION audit_erase_leaf(leaf audit_ledgerentry, gone jsonb, state_ text, request_ text)
    RETURNS jsonb LANGUAGE plpgsql {_FIXED} AS $$
    DECLARE
        known jsonb := coalesce(leaf.erasure->'salts', '{{}}');
        salts jsonb := '{{}}'; lost jsonb := '{{}}'; sealed jsonb := '{{}}';
        sides jsonb := jsonb_build_object('before', leaf.before, 'after', leaf.after,
            'context', leaf.context);
        side text; name text; kept jsonb; names text[];
    BEGIN
        IF leaf.restricted THEN
            sides := sides || jsonb_build_object('record', jsonb_build_object(
                'relation', leaf.relation, 'key', leaf.key, 'sequence', leaf.sequence));
        END IF;
        FOR side IN SELECT jsonb_object_keys(sides) LOOP
            CONTINUE WHEN jsonb_typeof(sides->side) <> 'object';
            kept := '{{}}'; names := '{{}}';
            FOR name IN SELECT jsonb_object_keys(sides->side) LOOP
                IF side <> 'record' AND (gone->side @> '["*"]' OR gone->side ? name) THEN
                    names := names || name;
                ELSIF known->side ? name THEN
                    kept := kept || jsonb_build_object(name, known->side->name);
                ELSIF leaf.secret IS NOT NULL THEN
                    kept := kept
                        || jsonb_build_object(name, audit_salt(leaf.secret, side, name));
                END IF;
            END LOOP;
            salts := salts || jsonb_build_object(side, kept);
            IF names <> '{{}}' THEN
                lost := lost || jsonb_build_object(side, to_jsonb(names));
                sealed := sealed || jsonb_build_object(side, (
                    SELECT jsonb_object_agg(n, sides->side->n) FROM unnest(names) n));
                sides := sides || jsonb_build_object(side, (sides->side) - names);
            END IF;
        END LOOP;
        IF lost = '{{}}' THEN RETURN NULL; END IF;
        UPDATE audit_ledgerentry SET
            before = nullif(sides->'before', 'null'), after = nullif(sides->'after', 'null'),
            context = nullif(sides->'context', 'null'), secret = NULL,
            erasure = jsonb_build_object('salts', salts, 'state', state_, 'request', request_,
                'names', coalesce(leaf.erasure->'names', '{{}}') || lost)
         WHERE index = leaf.index;
        RETURN jsonb_build_object('index', leaf.index, 'values', sealed,
            'secret', encode(leaf.secret, 'hex'));
    END $$;
"""

_ERASE = f"""
    CREATE FUNCTION audit_erase(warrant_ bigint, digests_ text[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER {_FIXED} AS $$
    DECLARE
        w record; t jsonb; leaf audit_ledgerentry; guard record; guards text[] := '{{}}';
        relations text[]; columns_ text[]; texts text; gone jsonb; part jsonb; leaves jsonb;
        rows_ jsonb; current_ jsonb; state_ text; done_ integer := 0; hidden boolean := false;
        told jsonb; newest bigint;
    BEGIN
        IF session_user <> '{ERASER_ROLE}' THEN
            RAISE EXCEPTION '{REFUSED}: only the eraser erases' USING ERRCODE = '42501';
        END IF;
        SELECT * INTO w FROM audit_erasurewarrant WHERE id = warrant_ FOR UPDATE;
        IF w.id IS NULL OR w.used_at IS NOT NULL THEN
            RAISE EXCEPTION '{REFUSED}: no such warrant' USING ERRCODE = 'check_violation';
        END IF;
        state_ := CASE w.kind WHEN 'block' THEN 'blocked' ELSE 'erased' END;
        PERFORM set_config('itsm.context', jsonb_build_object('action', 'record.' || w.kind,
            'reason', w.request, 'channel', 'task')::text, true);

        SELECT array_agg(DISTINCT name ORDER BY name) INTO relations
          FROM jsonb_array_elements(w.targets) each
         CROSS JOIN LATERAL (VALUES (each->>'relation'), (each->>'history')) AS n(name)
         WHERE name <> '' AND name NOT LIKE 'event:%';
        IF EXISTS (SELECT FROM unnest(relations) r WHERE r LIKE 'audit\\_%'
                      OR to_regclass(quote_ident(r)) IS NULL) THEN
            RAISE EXCEPTION '{REFUSED}: no such table' USING ERRCODE = 'check_violation';
        END IF;
        FOR guard IN
            SELECT c.relname, g.tgname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
             WHERE c.oid IN (SELECT to_regclass(quote_ident(r))
                               FROM unnest(relations || 'audit_ledgerentry'::text) r)
               AND NOT g.tgisinternal AND g.tgenabled = 'A'
             ORDER BY c.relname, g.tgname
        LOOP
            EXECUTE format('ALTER TABLE %I DISABLE TRIGGER %I', guard.relname, guard.tgname);
            guards := guards || format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I',
                guard.relname, guard.tgname);
        END LOOP;

        FOR t IN SELECT * FROM jsonb_array_elements(w.targets) LOOP
            IF EXISTS (SELECT FROM audit_outboxentry
                        WHERE relation = t->>'relation' AND key = t->>'key') THEN
                RAISE EXCEPTION '{REFUSED}: not sealed yet' USING ERRCODE = '55006';
            END IF;
            SELECT coalesce(array_agg(k ORDER BY k), '{{}}') INTO columns_
              FROM jsonb_object_keys(t->'values') k;
            gone := jsonb_build_object(
                'before', to_jsonb(columns_), 'after', to_jsonb(columns_),
                'context', CASE WHEN t->'reasons' = 'true' THEN '["reason"]'::jsonb
                                ELSE '[]'::jsonb END);
            IF t->>'relation' LIKE 'event:%' THEN
                gone := gone || '{{"before": ["*"], "after": ["*"]}}';
            END IF;
            leaves := '[]';
            FOR leaf IN SELECT * FROM audit_ledgerentry
                         WHERE relation = t->>'relation' AND key = t->>'key' ORDER BY index LOOP
                hidden := hidden OR leaf.restricted;
                part := audit_erase_leaf(leaf, gone, state_, w.request);
                IF part IS NOT NULL THEN
                    leaves := leaves || part; done_ := done_ + 1;
                END IF;
            END LOOP;

            rows_ := '[]'; current_ := NULL;
            SELECT string_agg(format('%1$I = r.%1$I', c), ', ') INTO texts FROM unnest(columns_) c;
            IF t->>'history' <> '' THEN
                EXECUTE format('SELECT jsonb_agg(jsonb_build_object(''history_id'', history_id,
                    ''reason'', history_change_reason, ''values'', (SELECT jsonb_object_agg(c,
                    to_jsonb(h)->c) FROM unnest($1) c)) ORDER BY history_id)
                    FROM %I h WHERE %I::text = $2', t->>'history', t->>'pk')
                    INTO rows_ USING columns_, t->>'key';
                EXECUTE format('UPDATE %1$I h SET %2$s FROM jsonb_populate_record(NULL::%1$I, $1) r
                    WHERE h.%3$I::text = $2', t->>'history', texts, t->>'pk')
                    USING t->'values', t->>'key';
                IF t->'reasons' = 'true' THEN
                    EXECUTE format('UPDATE %I SET history_change_reason = NULL
                        WHERE %I::text = $1', t->>'history', t->>'pk') USING t->>'key';
                END IF;
            END IF;
            IF t->>'relation' NOT LIKE 'event:%' THEN
                EXECUTE format('SELECT (SELECT jsonb_object_agg(c, to_jsonb(x)->c)
                    FROM unnest($1) c) FROM %I x WHERE %I::text = $2', t->>'relation', t->>'pk')
                    INTO current_ USING columns_, t->>'key';
            END IF;
            IF current_ IS NOT NULL THEN
                told := t->'values';
                EXECUTE format('UPDATE %1$I x SET %2$s FROM jsonb_populate_record(NULL::%1$I, $1) r
                    WHERE x.%3$I::text = $2', t->>'relation', texts, t->>'pk')
                    USING t->'values', t->>'key';
                IF t->>'history' <> '' THEN
                    IF EXISTS (SELECT FROM information_schema.columns WHERE column_name = 'version'
                                  AND table_schema = 'public' AND table_name = t->>'relation') THEN
                        EXECUTE format('UPDATE %I SET version = version + 1 WHERE %I::text = $1
                            RETURNING version', t->>'relation', t->>'pk')
                            INTO newest USING t->>'key';
                        told := told || jsonb_build_object('version', newest);
                    END IF;
                    SELECT string_agg(quote_ident(h.column_name), ', ' ORDER BY h.ordinal_position)
                      INTO texts FROM information_schema.columns h
                      JOIN information_schema.columns o USING (table_schema, column_name)
                     WHERE h.table_schema = 'public' AND h.table_name = t->>'history'
                       AND o.table_name = t->>'relation';
                    EXECUTE format('INSERT INTO %I (%s, history_date, history_type,
                        history_change_reason, history_actor, history_action, history_channel,
                        history_request, history_role)
                        SELECT %2$s, clock_timestamp(), ''~'', $1, '''', $2, ''task'', '''',
                        session_user FROM %I WHERE %I::text = $3', t->>'history', texts,
                        t->>'relation', t->>'pk')
                        USING w.request, 'record.' || w.kind, t->>'key';
                    INSERT INTO audit_outboxentry (relation, operation, key, before, after,
                        context, restricted)
                    VALUES (t->>'relation', 'U', t->>'key', '{{}}', told,
                        current_setting('itsm.context')::jsonb, hidden);
                END IF;
            END IF;
            IF w.kind = 'block' THEN
                INSERT INTO {SEALED} (request, relation, key, payload)
                VALUES (w.request, t->>'relation', t->>'key', jsonb_build_object(
                    'current', current_, 'history', rows_, 'leaves', leaves));
            END IF;
        END LOOP;

        IF w.kind = 'suppress' THEN
            UPDATE audit_ledgerentry e SET erasure = jsonb_set(e.erasure, '{{state}}', '"erased"')
              FROM {SEALED} s
             WHERE s.request = w.request AND e.relation = s.relation AND e.key = s.key
               AND e.erasure->>'request' = w.request;
            UPDATE {SEALED} SET payload = NULL, suppressed_at = clock_timestamp()
             WHERE request = w.request AND payload IS NOT NULL;
        END IF;
        UPDATE audit_erasurewarrant SET used_at = clock_timestamp() WHERE id = w.id;
        INSERT INTO audit_outboxentry (relation, operation, key, after, context, restricted)
        VALUES ('event:erasure', 'E', w.request, jsonb_build_object(
            'kind', w.kind, 'warrant', w.code, 'ground', w.ground, 'asked_by', w.asked_by_id,
            'approved_by', jsonb_build_array(w.first_by_id, w.second_by_id),
            'targets', (SELECT jsonb_agg(jsonb_build_object('relation', x->'relation',
                'key', x->'key', 'columns', (SELECT jsonb_agg(k) FROM
                jsonb_object_keys(x->'values') k))) FROM jsonb_array_elements(w.targets) x),
            'leaves', done_, 'digests', to_jsonb(digests_)),
            current_setting('itsm.context')::jsonb, hidden);
        SET CONSTRAINTS ALL IMMEDIATE;
        FOREACH texts IN ARRAY guards LOOP EXECUTE texts; END LOOP;
        RETURN done_;
    END $$;
    REVOKE ALL ON FUNCTION audit_erase(bigint, text[]) FROM PUBLIC;
"""
_READ = f"""
    CREATE FUNCTION audit_read_sealed(request_ text) RETURNS SETOF {SEALED}
    LANGUAGE plpgsql SECURITY DEFINER {_FIXED} AS $$
    BEGIN
        IF session_user <> '{ERASER_ROLE}' THEN
            RAISE EXCEPTION '{REFUSED}: only the eraser reads what is blocked'
                USING ERRCODE = '42501';
        END IF;
        RETURN QUERY SELECT * FROM {SEALED} WHERE request = request_ ORDER BY id;
    END $$;
    REVOKE ALL ON FUNCTION audit_read_sealed(text) FROM PUBLIC;
"""

INSTALL = "\n".join((_TABLE, _SALT, _LEAF, _ERASE, _READ))
REMOVE = f"""
    DROP FUNCTION audit_read_sealed(text);
    DROP FUNCTION audit_erase(bigint, text[]);
    DROP FUNCTION audit_erase_leaf(audit_ledgerentry, jsonb, text, text);
    DROP FUNCTION audit_salt(bytea, text, text);
    DROP TABLE {SEALED};
"""
