// Fetches the cards that take longer, one after the other, once the page is there.
(() => {
    const apology = (place, home) => {
        const again = document.createElement("button");
        again.type = "button";
        again.className = "button";
        again.textContent = home.dataset.again;
        again.addEventListener("click", () => {
            again.remove();
            fill(place, home);
        });
        place.querySelector("[data-wait]").textContent = home.dataset.failed;
        place.append(again);
        place.setAttribute("aria-busy", "false");
    };

    const fill = async (place, home) => {
        try {
            const answer = await fetch(place.dataset.fetch, { headers: { "X-Background": "1" } });
            if (answer.status === 404) {
                place.parentElement.remove(); // nothing to say
                return;
            }
            if (!answer.ok || answer.redirected) throw new Error(answer.status);
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            place.replaceWith(page.querySelector("section"));
        } catch {
            apology(place, home);
        }
    };

    document.addEventListener("DOMContentLoaded", async () => {
        const home = document.querySelector("[data-home]");
        if (!home) return;
        for (const place of home.querySelectorAll("[data-fetch]")) await fill(place, home);
    });
})();
