// What somebody types into a confidential page is kept in this browser until it was sent: encrypted
// by a key that the server gives to pages of a signed-in session alone, and wiped at sign-out. A
// lost connection or an ended session costs no word; what lies on the disk is ciphertext.
(async () => {
    const PREFIX = "itsm-sealed:"; // shell.js wipes what begins so
    const LIFE = 7 * 24 * 3600 * 1000; // milliseconds
    const page = document.querySelector("[data-sealed-drafts]");
    if (!page) return;
    const owner = page.dataset.sealedDrafts;
    const said = (name) => page.dataset[`said${name}`] || "";
    const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

    // Without WebCrypto (an address that is not secure) nothing is kept, and all still works.
    let key = null;
    try {
        const raw = bytesOf(page.dataset.draftKey);
        key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    } catch {
        // as above
    }
    page.removeAttribute("data-draft-key");

    const nameOf = (form) => `${PREFIX}${owner}:${form.dataset.sealedDraft}`;
    const bound = (name) => ({ name: "AES-GCM", additionalData: new TextEncoder().encode(name) });
    const keep = async (name, fields) => {
        if (!key) return false;
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const plain = new TextEncoder().encode(JSON.stringify(fields));
        try {
            const sealed = await crypto.subtle.encrypt({ ...bound(name), iv }, key, plain);
            localStorage.setItem(name, `${Date.now()}.${textOf(iv)}.${textOf(sealed)}`);
            return true;
        } catch {
            return false;
        }
    };
    const recall = async (name) => {
        try {
            const [at, iv, sealed] = localStorage.getItem(name).split(".");
            if (Date.now() - Number(at) > LIFE) return null;
            const how = { ...bound(name), iv: bytesOf(iv) };
            const plain = await crypto.subtle.decrypt(how, key, bytesOf(sealed));
            return JSON.parse(new TextDecoder().decode(plain));
        } catch {
            return null; // none, or of another key: it is of no use to anybody
        }
    };
    const forget = (name) => {
        try {
            localStorage.removeItem(name);
        } catch {
            // a browser may refuse storage
        }
    };

    const fieldsOf = (form) =>
        [...form.elements].filter((f) => f.name && !["do", "csrfmiddlewaretoken"].includes(f.name) && f.type !== "submit");
    const typed = (form) => Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
    const tell = (form, text, isAlarm = false) => {
        const state = form.querySelector("[data-draft-state]");
        state.textContent = text;
        state.classList.toggle("is-alarm", isAlarm);
        state.hidden = !text;
    };

    for (const form of document.querySelectorAll("[data-sealed-draft]")) {
        const name = nameOf(form);
        let timer;
        let last = Promise.resolve(); // one after the other, so that the newest stays
        const store = () => {
            clearTimeout(timer);
            last = last.then(() => keep(name, typed(form)));
            return last;
        };
        const kept = await recall(name);
        if (kept && !form.querySelector(".has-errors, .refusal")) {
            for (const field of fieldsOf(form)) if (field.name in kept) field.value = kept[field.name];
            tell(form, said("Restored"));
        }
        form.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(async () => (await store()) && tell(form, said("Kept")), 250);
        });
        form.addEventListener("submit", async (event) => {
            event.preventDefault();
            const button = event.submitter;
            if (button) button.disabled = true;
            await store();
            try {
                const answer = await fetch(form.action || location.href, {
                    method: "POST",
                    body: new FormData(form),
                    headers: { "X-Draft": "1" },
                });
                if (answer.status === 204) {
                    await last;
                    forget(name);
                    return location.reload();
                }
                if (answer.redirected) tell(form, said("Ended"), true);
                else if (answer.headers.get("Content-Type")?.startsWith("text/plain")) tell(form, await answer.text(), true);
                else tell(form, answer.status === 403 ? said("Ended") : said("Offline"), true);
            } catch {
                tell(form, said("Offline"), true);
            }
            if (button) button.disabled = false;
        });
    }
    page.dataset.draftsReady = "1";
})();
