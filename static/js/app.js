// The only script of the pages. Everything it does is comfort: forms and lists work without it.
import htmx from "htmx.org";

import { confirmFirst } from "./confirm.js";
import { offerToCopy } from "./copy.js";
import { reportFailures } from "./failures.js";
import { keepReports } from "./keep.js";
import { watchLock } from "./lock.js";
import { closeMenus } from "./menus.js";
import { offerPasskeys } from "./passkeys.js";
import { focusSearch } from "./search.js";
import { refuseSecondSubmit } from "./submit_once.js";
import { guardUnsaved } from "./unsaved.js";
import { takeUploads } from "./upload.js";

// Nothing inline, as the Content-Security-Policy asks; no copies of pages in the browser's storage.
Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  timeout: 20000,
});

confirmFirst();
keepReports();
refuseSecondSubmit();
guardUnsaved();
reportFailures();
closeMenus();
focusSearch();
watchLock();
offerPasskeys();
offerToCopy();
takeUploads();

document.querySelector("[data-focus-first]")?.focus();
