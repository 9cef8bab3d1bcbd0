// Everything here only adds comfort: each page works without it.
import { enhanceLists } from "./lists.js";
import { enableCopy } from "./copy.js";
import { helpWithAccounts } from "./accounts.js";
import { suggestWhileTyping } from "./suggestions.js";

enhanceLists();
enableCopy();
suggestWhileTyping();
helpWithAccounts();
