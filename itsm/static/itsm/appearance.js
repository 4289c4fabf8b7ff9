// Before the first paint: the colours, the menu's width and its folded areas, as this browser
// remembers them. Everything else waits until the page is there.
(() => {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)");

    // A browser may refuse storage altogether; then nothing is remembered and all still works.
    const read = (name) => {
        try {
            return localStorage.getItem(`itsm-${name}`) || "";
        } catch {
            return "";
        }
    };
    const write = (name, value) => {
        try {
            localStorage.setItem(`itsm-${name}`, value);
        } catch {
            // as above
        }
        paint();
    };

    const folded = document.createElement("style");
    const paint = () => {
        const theme = read("theme") || "auto";
        root.dataset.theme = theme;
        root.classList.toggle("dark", theme === "dark" || (theme === "auto" && dark.matches));
        root.toggleAttribute("data-rail", read("rail") === "1");
        const areas = read("folded").split(" ").filter((code) => /^[a-z]+$/.test(code));
        folded.textContent = areas.map((code) => `#area-${code}:not(.has-here) ul`).join(",");
        if (areas.length) folded.textContent += "{display:none}";
        for (const told of watchers) told();
    };

    const watchers = [];
    root.classList.add("scripted");
    window.itsm = { read, write, onPaint: (told) => watchers.push(told) && told() };
    document.head.append(folded);
    paint();
    dark.addEventListener("change", paint);
    window.addEventListener("storage", paint);
})();
