// Moving through a queue by keys: the row is where the focus is, so that it is read out as well.
(() => {
    const isTyping = (target) =>
        target.isContentEditable ||
        target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

    const table = () => document.querySelector("table[data-rows]");
    const rows = () => [...table().tBodies[0].rows];
    const current = () => document.activeElement?.closest?.("table[data-rows] tbody tr");
    const box = (row) => row?.querySelector('input[name="ids"]');

    const move = (step) => {
        const all = rows();
        if (!all.length) return;
        const at = all.indexOf(current());
        const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
        next.querySelector("[data-open]").focus();
        next.scrollIntoView({ block: "nearest" });
    };

    const tick = (row, checked) => {
        const ticked = box(row);
        if (!ticked) return;
        ticked.checked = checked;
        ticked.dispatchEvent(new Event("change", { bubbles: true }));
    };

    // On what is selected, else on the row one is at.
    const act = (action) => {
        const button = document.querySelector(`button[data-act="${action}"]`);
        if (!button) return;
        if (!table().querySelector('input[name="ids"]:checked')) {
            if (!box(current())) return;
            tick(current(), true);
        }
        button.form.requestSubmit(button);
    };

    const keys = {
        j: () => move(1),
        k: () => move(-1),
        x: () => current() && tick(current(), !box(current())?.checked),
        o: () => current()?.querySelector("[data-open]").click(),
        a: () => act("assign"),
        m: () => act("take"),
    };

    let begun = -Infinity; // "g m" leads elsewhere: the second key is not ours
    document.addEventListener("keydown", (event) => {
        const { key, target } = event;
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !table()) return;
        if (document.documentElement.hasAttribute("data-keys-off")) return;
        if (isTyping(target) || document.querySelector("dialog[open]")) return;
        const isSecond = event.timeStamp - begun < 1500;
        begun = key === "g" ? event.timeStamp : -Infinity;
        if (isSecond || !Object.hasOwn(keys, key)) return;
        event.preventDefault();
        keys[key]();
    }, true);
})();
