// A button of a picture's bars: an icon or words, with its name as tooltip and for screen readers.

/** @param content an icon of the bundle, or words */
export function iconButton(content: string, label: string, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.title = label;
  made.setAttribute("aria-label", label);
  if (content.startsWith("<svg")) made.innerHTML = content;
  else made.textContent = content;
  made.addEventListener("click", press);
  return made;
}

/** A field with its name before it. */
export function labelled<Field extends HTMLElement>(text: string, field: Field): HTMLLabelElement {
  const label = document.createElement("label");
  label.append(text, field);
  return label;
}

/** Commits with Enter and where focus leaves; not while typing. */
export function textField(name: string, width: string, changed: () => void): HTMLInputElement {
  const field = document.createElement("input");
  field.type = "text";
  field.spellcheck = false;
  field.setAttribute("aria-label", name);
  field.style.width = width;
  field.addEventListener("change", changed);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Nor is the form around it sent.
    event.preventDefault();
    changed();
  });
  return field;
}

export function selectField(
  name: string,
  options: readonly (readonly [value: string, text: string])[],
  changed: () => void,
): HTMLSelectElement {
  const field = document.createElement("select");
  field.setAttribute("aria-label", name);
  field.append(
    ...options.map(([value, text]) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = text;
      return option;
    }),
  );
  field.addEventListener("change", changed);
  return field;
}
