/* The timeline is fetched where a page has one. */
import { behaviour } from "../lib/behaviour.js";

behaviour("kartu-timeline", () => void import("../timeline/element.js"));
