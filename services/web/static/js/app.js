// Everything that a page of Tocsin does by itself. Without it pages are read and forms are sent all the same.
import './copy.js';
import './forms.js';
import './install.js';
import './jump.js';
import './keys.js';
import './times.js';
import './watch.js';
