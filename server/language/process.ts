/** `languageServer.js`: what an editor starts. The code is in the bundle that it shares with the debug adapter. */
import { startLanguageServer } from '../servers';

startLanguageServer();
