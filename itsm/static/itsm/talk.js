// The add box: preview, people to mention, files by button, drag and paste, and who will read it.
(() => {
    const start = (form) => {
        const part = (what) => form.querySelector(what);
        const text = part("textarea");
        const files = part("input[type=file]");
        const errors = part("[data-errors]");
        const confirmation = part("[data-confirm-public]");
        const isPublic = () => part("[name=visibility]:checked")?.value === "public";
        const post = (url, body) =>
            fetch(url, { method: "POST", body, headers: { "X-Dialog": "1" }, credentials: "same-origin" });
        const say = (said) => {
            errors.textContent = said && said[0].toUpperCase() + said.slice(1);
            errors.hidden = !said;
        };

        // --- Preview: the server renders it, as it will be shown. ---
        const preview = async () => {
            const body = new FormData();
            body.set("text", text.value);
            body.set("csrfmiddlewaretoken", part("[name=csrfmiddlewaretoken]").value);
            const answer = await post(form.dataset.preview, body);
            if (answer.redirected) return location.reload();
            return answer.ok ? answer.text() : "";
        };
        const shown = part("[data-preview-shown]");
        const turn = part("[data-preview-switch]");
        const write = () => {
            shown.hidden = true;
            text.hidden = false;
            turn.setAttribute("aria-pressed", "false");
        };
        turn.addEventListener("click", async () => {
            if (!shown.hidden) {
                write();
                return text.focus();
            }
            try {
                shown.innerHTML = (await preview()) || "";
            } catch {
                return say(form.dataset.failed);
            }
            shown.hidden = false;
            text.hidden = true;
            turn.setAttribute("aria-pressed", "true");
        });

        // --- Files ---
        const list = part("[data-files]");
        const tell = () => {
            list.replaceChildren(
                ...[...files.files].map((file, at) => {
                    const row = document.createElement("li");
                    const gone = document.createElement("button");
                    gone.type = "button";
                    gone.textContent = "×";
                    gone.setAttribute("aria-label", `× ${file.name}`);
                    gone.addEventListener("click", () => set([...files.files].filter((_, n) => n !== at)));
                    row.append(`${file.name} (${Math.ceil(file.size / 1024)} kB) `, gone);
                    return row;
                }),
            );
            list.hidden = !files.files.length;
        };
        const set = (chosen) => {
            const held = new DataTransfer();
            for (const file of chosen) held.items.add(file);
            files.files = held.files;
            tell();
        };
        files.addEventListener("change", tell);
        form.addEventListener("dragover", (event) => {
            if (![...event.dataTransfer.types].includes("Files")) return;
            event.preventDefault();
            form.classList.add("is-target");
        });
        form.addEventListener("dragleave", ({ relatedTarget }) => {
            if (!form.contains(relatedTarget)) form.classList.remove("is-target");
        });
        form.addEventListener("drop", (event) => {
            if (!event.dataTransfer.files.length) return;
            event.preventDefault();
            form.classList.remove("is-target");
            set([...files.files, ...event.dataTransfer.files]);
        });
        text.addEventListener("paste", (event) => {
            if (!event.clipboardData.files.length) return;
            event.preventDefault();
            set([...files.files, ...event.clipboardData.files]);
        });

        // --- Sending ---
        let isBusy = false;
        const send = async () => {
            if (isBusy) return;
            isBusy = true;
            const button = part("[type=submit]");
            button.disabled = true;
            say("");
            try {
                const body = new FormData(form);
                if (confirmation && isPublic()) body.set("confirmed", "on");
                const answer = await post(form.action, body);
                const type = answer.headers.get("Content-Type") || "";
                if (type.startsWith("application/json")) {
                    const { location: to } = await answer.json();
                    form.dispatchEvent(new CustomEvent("itsm:sent", { bubbles: true }));
                    history.replaceState(null, "", location.pathname); // newest first, all of it
                    location.assign(to);
                    return location.reload();
                }
                if (answer.redirected) return location.assign(location.pathname); // to sign in, and back
                const told = new DOMParser().parseFromString(await answer.text(), "text/html");
                const said = [...told.querySelectorAll(".error, .refusal p, .refusal li")];
                say(said.map((each) => each.textContent.trim()).join(" ") || form.dataset.failed);
            } catch {
                say(form.dataset.failed);
            } finally {
                isBusy = false;
                button.disabled = false;
            }
        };
        form.addEventListener("submit", async (event) => {
            if (!event.isTrusted && !event.submitter && event.defaultPrevented) return;
            event.preventDefault();
            write();
            if (!confirmation || !isPublic() || !text.value.trim()) return send();
            try {
                part("[data-confirm-text]").innerHTML = (await preview()) || "";
            } catch {
                return say(form.dataset.failed);
            }
            confirmation.showModal();
            part("[data-confirmed]").focus();
        });
        part("[data-confirmed]")?.addEventListener("click", () => {
            confirmation.close();
            send();
        });
        part("[data-back]")?.addEventListener("click", () => {
            confirmation.close();
            text.focus();
        });
        text.addEventListener("keydown", (event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                form.requestSubmit();
            }
        });
        form.addEventListener("itsm:discarded", () => {
            set([]);
            write();
            say("");
        });
    };

    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-add-box]").forEach(start));
})();
