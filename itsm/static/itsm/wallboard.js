// Takes the board anew every few seconds, lets its clocks run in between, and says when it is old.
(() => {
    const body = document.body;
    const sign = document.querySelector("[data-sign]");
    const every = Number(body.dataset.every) * 1000;
    const stale = Number(body.dataset.stale);
    let since = performance.now(); // when what stands here came
    let isSignedOut = false;

    const two = (n) => String(n).padStart(2, "0");
    const figure = (seconds) => {
        const s = Math.floor(seconds);
        const [minutes, hours, days] = [60, 3600, 86400].map((n) => Math.floor(s / n));
        if (days) return `${days} d ${hours % 24} h`;
        if (hours) return `${hours}:${two(minutes % 60)}:${two(s % 60)}`;
        return `${minutes}:${two(s % 60)}`;
    };

    const tick = () => {
        const passed = (performance.now() - since) / 1000;
        for (const clock of document.querySelectorAll("[data-elapsed]")) {
            const elapsed = Number(clock.dataset.elapsed) + passed;
            clock.querySelector("[data-figure]").textContent = figure(elapsed);
            if (elapsed > Number(clock.dataset.within)) {
                clock.className = "wb-clock wb-late";
                clock.querySelector("[data-said]").textContent = body.dataset.late;
            }
        }
        const isOld = isSignedOut || passed > stale;
        body.classList.toggle("is-stale", isOld);
        sign.hidden = !isOld;
        const said = isSignedOut ? body.dataset.signedOut : `${body.dataset.old} ${figure(passed)}`;
        if (isOld && sign.textContent !== said) sign.textContent = said;
    };

    const take = async () => {
        const asked = performance.now();
        try {
            const answer = await fetch(location.href, {
                headers: { "X-Background": "1" },
                signal: AbortSignal.timeout(10000),
            });
            isSignedOut = answer.redirected || answer.status === 403;
            if (!answer.ok || isSignedOut) return;
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const board = page.querySelector("[data-board]");
            if (!board) return;
            document.querySelector("[data-board]").replaceWith(board);
            since = asked;
        } catch {
            // The sign says since when nothing came.
        } finally {
            tick();
            setTimeout(take, every);
        }
    };

    document.querySelector("[data-full]").addEventListener("click", () => {
        if (document.fullscreenElement) document.exitFullscreen();
        else document.documentElement.requestFullscreen();
    });
    setInterval(tick, 1000);
    setTimeout(take, every);
})();
