import "virtual:tabler.css";
import "./css/fonts.css";
import "./css/tokens.css";
import "./css/pieces.css";
import "./css/app.css";
import "./css/lists.css";
import "./css/card.css";
import "./css/imports.css";
import "./css/merge.css";

import "htmx.org";

import "./behaviours/acts.js";
import "./behaviours/ask.js";
import "./behaviours/cells.js";
import "./behaviours/drawers.js";
import "./behaviours/drop.js";
import "./behaviours/edit.js";
import "./behaviours/forms.js";
import "./behaviours/keys.js";
import "./behaviours/list.js";
import "./behaviours/lists.js";
import "./behaviours/maps.js";
import "./behaviours/mentions.js";
import "./behaviours/menus.js";
import "./behaviours/near.js";
import "./behaviours/page.js";
import "./behaviours/palette.js";
import "./behaviours/picker.js";
import "./behaviours/popups.js";
import "./behaviours/preview.js";
import "./behaviours/quick.js";
import "./behaviours/sorting.js";
import "./behaviours/tabs.js";
import "./behaviours/toasts.js";
import "./behaviours/trouble.js";
import { startLive } from "./lib/live.js";

startLive();
