// Opens actions in the page's <dialog>; without JavaScript the same addresses are plain pages.
(() => {
    const dialog = () => document.getElementById("action-dialog");
    let stays = false; // on the page it was opened from, which then brings itself up to date
    let isBusy = false;

    // What went wrong comes first, else what is to be filled in; a dialog that only tells is read.
    const first = () =>
        dialog().querySelector(".has-errors :is(input, select, textarea)") ||
        dialog().querySelector(".refusal, .meanwhile") ||
        dialog().querySelector("form :is(input:not([type=hidden]), select, textarea)") ||
        dialog().querySelector("[type=submit], [data-close]");

    const show = (html) => {
        dialog().innerHTML = html;
        for (const field of dialog().querySelectorAll(".field")) describe(field);
        if (!dialog().open) dialog().showModal();
        const part = first();
        if (part?.matches(".meanwhile")) part.tabIndex = -1;
        part?.focus();
        dialog().dispatchEvent(new CustomEvent("itsm:shown", { bubbles: true }));
    };

    // A field's help and its errors are read out with it.
    const describe = (field) => {
        const input = field.querySelector("input:not([type=hidden]), select, textarea");
        const said = [...field.querySelectorAll(":scope > [id]")].map((part) => part.id).filter(Boolean);
        if (input && said.length) input.setAttribute("aria-describedby", said.join(" "));
        if (input && field.matches(".has-errors")) input.setAttribute("aria-invalid", "true");
    };

    const fail = () => {
        const note = document.createElement("p");
        note.className = "refusal";
        note.setAttribute("role", "alert");
        note.textContent = dialog().dataset.failed;
        dialog().querySelector(":scope > .refusal")?.remove();
        dialog().prepend(note);
        if (!dialog().open) dialog().showModal();
    };

    const done = (to, form) => {
        if (form) form.dispatchEvent(new CustomEvent("itsm:sent", { bubbles: true }));
        if (stays) {
            dialog().close();
            document.dispatchEvent(new CustomEvent("itsm:acted"));
            return;
        }
        const here = location.pathname === new URL(to, location.href).pathname;
        location.assign(to);
        if (here) location.reload();
    };

    const ask = async (url, options = {}) => {
        const { form, ...request } = options;
        const answer = await fetch(url, {
            headers: { "X-Dialog": "1" },
            credentials: "same-origin",
            ...request,
        });
        const type = answer.headers.get("Content-Type") || "";
        if (type.startsWith("application/json")) {
            const { location: to } = await answer.json();
            done(to, form);
        } else if (answer.redirected || answer.status >= 500) {
            location.assign(form ? form.action : url); // signed out, or to be confirmed by password
        } else {
            show(await answer.text());
        }
    };

    document.addEventListener("click", (event) => {
        const opener = event.target.closest("a[data-dialog]");
        if (opener && dialog() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            const menu = opener.closest("details[data-menu]");
            menu?.removeAttribute("open");
            stays = "stay" in opener.dataset;
            // Closed again, the dialog gives the focus back to what is still there to take it.
            (menu?.querySelector("summary") || opener).focus();
            ask(opener.href).catch(fail);
        }
        if (event.target.closest("[data-close]") && dialog()?.open) {
            event.preventDefault();
            dialog().close();
        }
        for (const menu of document.querySelectorAll("details[data-menu][open]")) {
            if (!menu.contains(event.target)) menu.removeAttribute("open");
        }
        const days = event.target.closest("[data-days]")?.dataset.days;
        if (days) {
            const input = document.getElementById(event.target.closest("[data-until]").dataset.until);
            const until = new Date(`${input.min}Z`);
            until.setUTCDate(until.getUTCDate() + Number(days));
            input.value = until.toISOString().slice(0, 16);
        }
    });

    document.addEventListener("keydown", (event) => {
        const menu = event.target.closest?.("details[data-menu][open]");
        if (event.key === "Escape" && menu) {
            menu.removeAttribute("open");
            menu.querySelector("summary").focus();
        }
        if (event.key === " " && event.target.matches?.('a[role="button"]')) {
            event.preventDefault();
            event.target.click();
        }
        const form = event.target.closest?.("form[data-dialog-form]");
        if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });

    document.addEventListener("submit", (event) => {
        const form = event.target;
        const buttons = form.querySelectorAll("[type=submit]");
        if (form.matches("[data-dialog-form]") && form.closest("dialog")) {
            event.preventDefault();
            if (isBusy) return;
            isBusy = true;
            for (const button of buttons) button.disabled = true;
            ask(form.action, { method: "POST", body: new FormData(form), form })
                .catch(fail)
                .finally(() => {
                    isBusy = false;
                    for (const button of buttons) button.disabled = false;
                });
        } else if (form.matches("[data-once]") && !event.defaultPrevented) {
            for (const button of buttons) button.disabled = true;
        }
    });

    // Going back shows the page as it was left: its buttons are to be pressed again.
    window.addEventListener("pageshow", ({ persisted }) => {
        if (!persisted) return;
        for (const button of document.querySelectorAll("form[data-once] [type=submit]")) button.disabled = false;
    });
})();
