// Which keys pressed in a text field are VS Code's all the same. Pure.

interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** Save, go to, quick open, the command palette, the next part of the window; all others are about the field's text. */
export function isForVsCode({ key, ctrlKey, metaKey }: PressedKey): boolean {
  return key === "F1" || key === "F6" || ((ctrlKey || metaKey) && /^[sgp]$/i.test(key));
}
