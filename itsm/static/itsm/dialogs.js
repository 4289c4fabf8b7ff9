// Opens actions in the page's <dialog>; without JavaScript the same addresses are plain pages.
(() => {
    const dialog = () => document.getElementById("action-dialog");

    const show = (html) => {
        dialog().innerHTML = html;
        if (!dialog().open) dialog().showModal();
        const wrong = dialog().querySelector(".has-errors :is(input, select, textarea), .refusal");
        const first = wrong || dialog().querySelector("form :is(input:not([type=hidden]), select, textarea)");
        if (first && first.focus) first.focus();
    };

    const fail = () => {
        const note = document.createElement("p");
        note.className = "refusal";
        note.setAttribute("role", "alert");
        note.textContent = dialog().dataset.failed;
        dialog().querySelector(".refusal")?.remove();
        dialog().prepend(note);
        if (!dialog().open) dialog().showModal();
    };

    const ask = async (url, options = {}) => {
        const answer = await fetch(url, {
            headers: { "X-Dialog": "1" },
            credentials: "same-origin",
            ...options,
        });
        const type = answer.headers.get("Content-Type") || "";
        if (type.startsWith("application/json")) {
            const { location: to } = await answer.json();
            const here = location.pathname === new URL(to, location.href).pathname;
            location.assign(to);
            if (here) location.reload();
        } else if (answer.redirected || answer.status >= 500) {
            location.assign(options.page || url); // signed out, or to be confirmed by password
        } else {
            show(await answer.text());
        }
    };

    document.addEventListener("click", (event) => {
        const opener = event.target.closest("a[data-dialog]");
        if (opener && dialog() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            opener.closest("details[data-menu]")?.removeAttribute("open");
            ask(opener.href).catch(fail);
        }
        if (event.target.closest("[data-close]") && dialog()?.open) {
            event.preventDefault();
            dialog().close();
        }
        for (const menu of document.querySelectorAll("details[data-menu][open]")) {
            if (!menu.contains(event.target)) menu.removeAttribute("open");
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
    });

    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form.matches("[data-once]")) {
            for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
        }
        if (!form.matches("[data-dialog-form]") || !form.closest("dialog")) return;
        event.preventDefault();
        const buttons = form.querySelectorAll("[type=submit]");
        for (const button of buttons) button.disabled = true;
        ask(form.action, { method: "POST", body: new FormData(form), page: form.action })
            .catch(fail)
            .finally(() => {
                for (const button of buttons) button.disabled = false;
            });
    });
})();
