import "virtual:tabler.css";
import "./css/fonts.css";
import "./css/tokens.css";
import "./css/pieces.css";
import "./css/app.css";

import "htmx.org";
