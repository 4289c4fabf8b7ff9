// The calendar of changes: draws what the feed tells and asks the server before anything moves.
// All moments are walls of clocks in the person's time zone; what they mean only the server knows.
(() => {
    const VIEWS = { month: "dayGridMonth", week: "timeGridWeek", agenda: "listWeek", timeline: "resourceTimelineWeek" };
    const LONG_DAY = { weekday: "short", day: "numeric", month: "short" };
    const MOST_OF_A_DAY = 4;
    const EVERYTHING = "all"; // the timeline's row of freezes and of what names no service
    const place = document.getElementById("change-calendar");
    const words = JSON.parse(document.getElementById("calendar-words").textContent);
    const status = document.querySelector("[data-calendar-status]");
    const dialog = document.getElementById("action-dialog");
    const form = document.querySelector("form[data-filters]");
    const isSmall = matchMedia("(max-width: 700px)").matches;
    let calendar;
    let view = place.dataset.view || (isSmall ? "agenda" : "month");
    let undo = null; // takes back a move that nobody has confirmed yet

    const two = (number) => String(number).padStart(2, "0");
    const dayOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    const clockOf = (date) => `${dayOf(date)}T${two(date.getHours())}:${two(date.getMinutes())}`;

    const spoken = new Intl.DateTimeFormat(place.dataset.language, { weekday: "long", day: "numeric", month: "long" });

    const part = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });

    // What stands on an event: a link that opens the facts, so that keys and fingers reach it.
    const content = ({ event, timeText, view: { type } }) => {
        const told = event.extendedProps;
        if (event.display === "background" || !told.kind) return type === "timeGridWeek" ? { domNodes: [] } : undefined;
        const isMoving = event.display !== "auto";
        const link = part(isMoving ? "span" : "a", "", "calendar-link");
        if (!isMoving) {
            link.href = told.url;
            link.draggable = false;
            if (told.hasFacts) Object.assign(link.dataset, { dialog: "", stay: "" });
            link.title = [told.reference, event.title, told.state, told.note].filter(Boolean).join(" · ");
        }
        if (type !== "listWeek") link.append(part("span", `${spoken.format(event.start)} `, "sr-only"));
        if (!event.allDay && told.kind !== "more" && !type.startsWith("resource")) link.append(part("span", timeText, "calendar-time"), " ");
        if (told.kind === "change") link.append(part("span", told.reference, "calendar-reference"), " ");
        link.append(part("span", event.title, "calendar-title"));
        if (told.kind === "more") return { domNodes: [link] };
        if (type === "listWeek" || told.kind !== "change") link.append(" ", part("span", told.state, `badge badge-${told.tone || "plain"}`));
        else link.append(part("span", `, ${told.state}`, "sr-only"));
        if (told.note) link.append(part("span", type === "listWeek" ? ` ${told.note}` : `, ${told.note}`, type === "listWeek" ? "subtle" : "sr-only"));
        return { domNodes: [link] };
    };

    const classes = (told) => [
        `tone-${told.tone || "plain"}`,
        `is-${told.kind}`,
        ...(told.risk ? [`has-risk-${told.risk}`] : []),
        ...(told.isOver ? ["is-over"] : []),
    ];

    // One event of the feed as the library draws it; freezes are bands behind, and a line that names them.
    const drawn = (told) => {
        const { id, title, start, end, rows = [], days, ...more } = told;
        const event = { id, title, start, end, classNames: classes(told), extendedProps: more, startEditable: Boolean(told.move) };
        event.resourceIds = rows.length ? rows : [EVERYTHING];
        if (!days) return [event];
        const line = { ...event, startEditable: false };
        if (view === "agenda") return [line];
        if (view === "timeline") return [line, { ...line, id: `${id}/band`, display: "background", resourceIds: rows.length ? rows : rowIds }];
        const whole = { ...line, allDay: true, start: days[0], end: days[1] };
        return view === "month" ? [whole] : [whole, { ...line, id: `${id}/band`, display: "background" }];
    };

    // A day of a month shows so many changes and a link to the others: thousands would take the
    // library minutes, and nobody could read them.
    const shortened = (events, first) => {
        const dayOn = ({ start }) => (start < first ? first : start).slice(0, 10);
        const days = Map.groupBy(events.filter(({ kind }) => kind === "change"), dayOn);
        const kept = events.filter(({ kind }) => kind !== "change");
        for (const [day, changes] of days) {
            if (changes.length <= MOST_OF_A_DAY) {
                kept.push(...changes);
                continue;
            }
            kept.push(...changes.slice(0, MOST_OF_A_DAY - 1));
            const address = new URL(location.href);
            address.searchParams.set("view", "agenda");
            address.searchParams.set("day", day);
            const title = words.more.replace("{n}", changes.length - MOST_OF_A_DAY + 1);
            kept.push({ kind: "more", id: `more/${day}`, title, start: `${day}T23:59:59`, end: `${day}T23:59:59`, url: address.href });
        }
        return kept;
    };

    let rowIds = [];
    const showRows = (rows) => {
        rowIds = [EVERYTHING, ...rows.map(({ id }) => id)];
        calendar.setOption("resources", [{ id: EVERYTHING, title: words.others }, ...rows]);
    };

    const tell = (text) => {
        status.textContent = text;
    };

    const load = async ({ startStr, endStr }) => {
        const query = new URLSearchParams(place.dataset.query);
        query.set("start", startStr);
        query.set("end", endStr);
        if (view === "timeline") query.set("rows", place.dataset.rows);
        try {
            const answer = await fetch(`${place.dataset.feed}?${query}`, { credentials: "same-origin" });
            if (answer.redirected) location.reload(); // signed out
            if (!answer.ok) throw new Error(String(answer.status));
            const { events, rows, isCut } = await answer.json();
            if (view === "timeline") showRows(rows);
            const count = (wanted) => events.filter(({ kind }) => kind === wanted).length;
            const said = words.shown.replace("{changes}", count("change")).replace("{freezes}", count("freeze"));
            tell(isCut ? `${said}. ${words.cut}` : said);
            return (view === "month" ? shortened(events, startStr) : events).flatMap(drawn);
        } catch {
            tell(words.failed);
            return [];
        }
    };

    // The address and the filters' form say what is shown, so that a link shows the same.
    const remember = ({ view: shown }) => {
        const middle = new Date((shown.currentStart.getTime() + shown.currentEnd.getTime()) / 2);
        const today = new Date();
        const isNow = shown.currentStart <= today && today < shown.currentEnd;
        const day = isNow ? "" : dayOf(middle);
        const address = new URL(location.href);
        for (const [name, value] of [["view", view], ["day", day]]) {
            form.elements[name].value = value;
            if (value) address.searchParams.set(name, value);
            else address.searchParams.delete(name);
        }
        history.replaceState(null, "", address);
    };

    const snapBack = () => {
        undo?.();
        undo = null;
    };

    // The dialog says what the move means, or why it cannot be; without its yes the event goes back.
    const ask = (info, isResized) => {
        const { event, oldEvent, revert } = info;
        const told = oldEvent.extendedProps;
        if (event.allDay || !told.move || clockOf(event.start) === clockOf(oldEvent.start) && !isResized) {
            revert();
            return;
        }
        undo = revert;
        const opener = document.createElement("a");
        const url = new URL(told.move, location.href);
        url.searchParams.set("planned_start_at", clockOf(event.start));
        if (isResized) url.searchParams.set("planned_end_at", clockOf(event.end));
        opener.href = url;
        Object.assign(opener.dataset, { dialog: "", stay: "" });
        opener.className = "sr-only";
        place.append(opener);
        opener.click();
        opener.remove();
    };

    const press = () => {
        for (const name of Object.keys(VIEWS)) {
            place.querySelector(`.ec-to_${name}`)?.setAttribute("aria-pressed", String(name === view));
        }
        form.querySelector(".calendar-rows").hidden = view !== "timeline";
    };

    const choose = (wanted) => {
        view = wanted;
        calendar.setOption("view", VIEWS[view]);
        press();
        calendar.refetchEvents();
    };

    // The library calls its grids tables, with rows that are none: to a screen reader the links, which
    // tell their day, say more than a table without cells.
    const plain = () => {
        for (const element of place.querySelectorAll(".ec [role]:not([role=button]), .ec[role]")) {
            for (const name of ["role", "aria-colindex", "aria-colspan"]) element.removeAttribute(name);
        }
    };

    const start = () => {
        new MutationObserver(plain).observe(place, { childList: true, subtree: true });
        const buttons = Object.fromEntries(Object.entries(VIEWS).map(([name, of]) => [of, words[name]]));
        const custom = Object.fromEntries(
            Object.keys(VIEWS).map((name) => [`to_${name}`, { text: words[name], click: () => choose(name) }]),
        );
        calendar = EventCalendar.create(place, {
            view: VIEWS[view],
            ...(place.dataset.day ? { date: place.dataset.day } : {}),
            timeZone: place.dataset.offset,
            views: {
                listWeek: { duration: { days: 14 } }, // from the day itself: what comes
                dayGridMonth: { height: "auto" },
                timeGridWeek: { dayHeaderFormat: LONG_DAY },
                resourceTimelineWeek: { dayHeaderFormat: LONG_DAY, slotDuration: "04:00", snapDuration: "00:30", slotWidth: 40, height: "auto" },
            },
            locale: place.dataset.language,
            firstDay: 1,
            headerToolbar: { start: "prev,next today", center: "title", end: Object.keys(VIEWS).map((name) => `to_${name}`).join(",") },
            customButtons: custom,
            buttonText: (known) => ({ ...known, ...buttons, today: words.today, prev: words.prev, next: words.next, close: words.close }),
            allDayContent: words.allDay,
            noEventsContent: words.nothing,
            nowIndicator: true,
            height: isSmall ? "auto" : "max(560px, calc(100vh - 260px))",
            scrollTime: "07:00:00",
            editable: false,
            eventStartEditable: false,
            eventDurationEditable: false,
            eventLongPressDelay: 400,
            lazyFetching: false,
            eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
            slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
            eventContent: content,
            eventSources: [{ events: load }],
            datesSet: remember,
            eventDrop: (info) => ask(info, false),
            eventResize: (info) => ask(info, true),
        });
        press();
    };

    dialog.addEventListener("itsm:shown", () => {
        if (dialog.querySelector(".refusal, .meanwhile")) snapBack();
    });
    dialog.addEventListener("close", snapBack);
    document.addEventListener("itsm:acted", () => {
        undo = null;
        calendar.refetchEvents();
    });
    document.addEventListener("DOMContentLoaded", start);
})();
