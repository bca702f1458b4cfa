// By default Zod tries to compile its schemas with eval. The content security policy of this page blocks that, and the browser
// logs each try. Import this file first, because Zod tries when a schema is created.
import { config } from "zod";

config({ jitless: true });
