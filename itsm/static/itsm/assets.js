// Brings what a picture is about into its middle; waits with the person for a worker that checks or
// imports a file of assets.
(() => {
    for (const picture of document.querySelectorAll(".dependencies-picture")) {
        const [outer, inner] = [picture, picture.querySelector(".box-root")].map((part) => part.getBoundingClientRect());
        picture.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    }

    const wait = async (note) => {
        const part = (name) => note.querySelector(name);
        try {
            const answer = await fetch(note.dataset.progress, { credentials: "same-origin" });
            if (!answer.ok || answer.redirected) return; // signed out: the page stays as it is
            const told = await answer.json();
            if (!told.is_busy) {
                location.reload();
                return;
            }
            part("progress").max = told.total;
            part("progress").value = told.done;
            part("[data-done]").textContent = told.done;
            part("[data-total]").textContent = told.total;
        } catch {
            // out of reach for a moment: asked again below
        }
        setTimeout(wait, document.hidden ? 10000 : 1500, note);
    };
    for (const note of document.querySelectorAll("[data-progress]")) setTimeout(wait, 1500, note);
})();
