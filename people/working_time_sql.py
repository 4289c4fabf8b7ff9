"""Working time in SQL: what `working_time` answers, from the same ranges (`OpenTime`).

The time zone of the functions is UTC, so that a day of an interval is 24 hours, whatever the
session's is. Of moments that are not worked out they raise `data_exception`: a sum that leaves
something out is worse than none.
"""

_HEAD = """LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
    SET search_path = public, pg_temp SET "TimeZone" = 'UTC'"""

_FUNCTIONS = {
    "people_working_time_known(calendar_ bigint, start_ timestamptz, end_ timestamptz)": """
    RETURNS void {head} AS $$
    DECLARE
        known_ tstzmultirange := (
            SELECT range_agg(covers) FROM people_opentime WHERE calendar_id = calendar_);
    BEGIN
        IF (known_ @> start_ AND known_ @> tstzrange(start_, end_)) IS NOT TRUE THEN
            RAISE EXCEPTION 'people_refused: calendar % says nothing of % to %',
                calendar_, start_, end_ USING ERRCODE = 'data_exception';
        END IF;
    END;
    $$""",
    "people_working_time_between(calendar_ bigint, start_ timestamptz, end_ timestamptz)": """
    RETURNS interval {head} AS $$
    BEGIN
        IF end_ < start_ THEN
            RETURN -people_working_time_between(calendar_, end_, start_);
        END IF;
        PERFORM people_working_time_known(calendar_, start_, end_);
        RETURN (
            SELECT coalesce(sum(upper(span) - lower(span)), '0')
              FROM people_opentime o, unnest(o.open * tstzmultirange(tstzrange(start_, end_))) span
             WHERE o.calendar_id = calendar_ AND o.covers && tstzrange(start_, end_));
    END;
    $$""",
    "people_add_working_time(calendar_ bigint, start_ timestamptz, duration_ interval)": """
    RETURNS timestamptz {head} AS $$
    DECLARE
        left_ interval := duration_;
        back_ boolean := duration_ < '0';
        span_ tstzrange;
        part_ tstzmultirange;
        worked_ interval;
    BEGIN
        PERFORM people_working_time_known(calendar_, start_, start_);
        IF extract(year FROM duration_) <> 0 OR extract(month FROM duration_) <> 0 THEN
            RAISE EXCEPTION 'people_refused: months have no length'
                USING ERRCODE = 'data_exception';
        END IF;
        IF back_ THEN left_ := -left_; END IF;
        IF left_ = '0' THEN RETURN start_; END IF;
        span_ := CASE WHEN back_ THEN tstzrange(NULL, start_) ELSE tstzrange(start_, NULL) END;
        FOR part_ IN
            SELECT open FROM people_opentime
             WHERE calendar_id = calendar_ AND covers && span_
             ORDER BY CASE WHEN back_ THEN -year ELSE year END
        LOOP
            part_ := part_ * tstzmultirange(span_);
            worked_ := coalesce(
                (SELECT sum(upper(span) - lower(span)) FROM unnest(part_) span), '0');
            IF worked_ < left_ THEN
                left_ := left_ - worked_;
            ELSIF back_ THEN
                RETURN (SELECT lower(span) + (worked - left_) FROM (
                    SELECT span, sum(upper(span) - lower(span)) OVER (ORDER BY lower(span) DESC)
                        AS worked FROM unnest(part_) span) spans
                    WHERE worked >= left_ ORDER BY lower(span) DESC LIMIT 1);
            ELSE
                RETURN (SELECT upper(span) - (worked - left_) FROM (
                    SELECT span, sum(upper(span) - lower(span)) OVER (ORDER BY lower(span))
                        AS worked FROM unnest(part_) span) spans
                    WHERE worked >= left_ ORDER BY lower(span) LIMIT 1);
            END IF;
        END LOOP;
        RAISE EXCEPTION 'people_refused: calendar % has no % of working time from %',
            calendar_, duration_, start_ USING ERRCODE = 'data_exception';
    END;
    $$""",
    "people_is_open(calendar_ bigint, at_ timestamptz)": """
    RETURNS boolean {head} AS $$
    BEGIN
        PERFORM people_working_time_known(calendar_, at_, at_);
        RETURN EXISTS (SELECT FROM people_opentime WHERE calendar_id = calendar_ AND open @> at_);
    END;
    $$""",
    "people_next_opening(calendar_ bigint, at_ timestamptz)": """
    RETURNS timestamptz {head} AS $$
    DECLARE
        found_ timestamptz;
    BEGIN
        PERFORM people_working_time_known(calendar_, at_, at_);
        SELECT lower(o.open * tstzmultirange(tstzrange(at_, NULL))) INTO found_
          FROM people_opentime o
         WHERE o.calendar_id = calendar_
           AND NOT isempty(o.open * tstzmultirange(tstzrange(at_, NULL)))
         ORDER BY o.year LIMIT 1;
        IF found_ IS NULL THEN
            RAISE EXCEPTION 'people_refused: calendar % has no working time after %',
                calendar_, at_ USING ERRCODE = 'data_exception';
        END IF;
        RETURN found_;
    END;
    $$""",
}

INSTALL = ";\n".join(
    f"CREATE FUNCTION {name} {text.format(head=_HEAD)}" for name, text in _FUNCTIONS.items()
)
REMOVE = ";\n".join(f"DROP FUNCTION {name}" for name in _FUNCTIONS)
