// The icons of the tree and of the find bar: VS Code's codicons, as elements. Their texts come with the bundle, never from a file or a template.
import downIcon from "@vscode/codicons/src/icons/arrow-down.svg";
import upIcon from "@vscode/codicons/src/icons/arrow-up.svg";
import caseIcon from "@vscode/codicons/src/icons/case-sensitive.svg";
import copyIcon from "@vscode/codicons/src/icons/copy.svg";
import listIcon from "@vscode/codicons/src/icons/list-flat.svg";
import withinIcon from "@vscode/codicons/src/icons/list-selection.svg";
import refreshIcon from "@vscode/codicons/src/icons/refresh.svg";
import replaceIcon from "@vscode/codicons/src/icons/replace.svg";
import replaceAllIcon from "@vscode/codicons/src/icons/replace-all.svg";
import saveIcon from "@vscode/codicons/src/icons/save.svg";
import stopIcon from "@vscode/codicons/src/icons/stop-circle.svg";
import arrayIcon from "@vscode/codicons/src/icons/symbol-array.svg";
import booleanIcon from "@vscode/codicons/src/icons/symbol-boolean.svg";
import bytesIcon from "@vscode/codicons/src/icons/file-binary.svg";
import checkIcon from "@vscode/codicons/src/icons/check.svg";
import chevronIcon from "@vscode/codicons/src/icons/chevron-right.svg";
import closeIcon from "@vscode/codicons/src/icons/close.svg";
import collapseIcon from "@vscode/codicons/src/icons/collapse-all.svg";
import enumIcon from "@vscode/codicons/src/icons/symbol-enum.svg";
import errorIcon from "@vscode/codicons/src/icons/error.svg";
import eyeClosedIcon from "@vscode/codicons/src/icons/eye-closed.svg";
import eyeIcon from "@vscode/codicons/src/icons/eye.svg";
import filterIcon from "@vscode/codicons/src/icons/filter.svg";
import goToIcon from "@vscode/codicons/src/icons/target.svg";
import linkIcon from "@vscode/codicons/src/icons/link.svg";
import nothingIcon from "@vscode/codicons/src/icons/circle-slash.svg";
import numberIcon from "@vscode/codicons/src/icons/symbol-numeric.svg";
import stringIcon from "@vscode/codicons/src/icons/symbol-string.svg";
import structIcon from "@vscode/codicons/src/icons/symbol-structure.svg";
import templateIcon from "@vscode/codicons/src/icons/file-code.svg";
import type { StructKind } from "../../../shared/structTree";

const SHAPES = {
  up: upIcon,
  down: downIcon,
  case: caseIcon,
  copy: copyIcon,
  list: listIcon,
  within: withinIcon,
  refresh: refreshIcon,
  replace: replaceIcon,
  replaceAll: replaceAllIcon,
  save: saveIcon,
  stop: stopIcon,
  check: checkIcon,
  chevron: chevronIcon,
  close: closeIcon,
  collapse: collapseIcon,
  eye: eyeIcon,
  eyeClosed: eyeClosedIcon,
  filter: filterIcon,
  goTo: goToIcon,
  template: templateIcon,
  struct: structIcon,
  array: arrayIcon,
  int: numberIcon,
  float: numberIcon,
  bool: booleanIcon,
  str: stringIcon,
  bytes: bytesIcon,
  enum: enumIcon,
  null: nothingIcon,
  io: bytesIcon,
  ref: linkIcon,
  error: errorIcon,
} satisfies Record<StructKind, string> & Record<string, string>;

export type IconName = keyof typeof SHAPES;

const made = new Map<IconName, Element>();

export function icon(name: IconName): Element {
  let shape = made.get(name);
  if (shape === undefined) {
    shape = new DOMParser().parseFromString(SHAPES[name], "image/svg+xml").documentElement;
    shape.setAttribute("aria-hidden", "true");
    shape.classList.add("icon");
    made.set(name, shape);
  }
  return document.importNode(shape, true);
}
