/**
 * Reads compressed files as streams: gzip by the JDK's inflater, Zstandard by aircompressor. In bounded memory whatever the data say, and what is broken is named
 * and never read as a shorter text. May import {@code lockstep.common}, {@code lockstep.common.filekind},
 * {@code lockstep.common.stream} and aircompressor.
 */
package lockstep.common.compress;
