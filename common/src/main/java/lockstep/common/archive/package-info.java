/**
 * Reads tar archives as streams: regular files one after the other, in bounded memory whatever the archive says. Nothing is unpacked under a name of the archive's.
 * A reader of our own, since what a data set's archive needs of the format is one header of 512 bytes, and what it must not be allowed (links, sparse files, absurd
 * sizes) would have to be refused behind any library. May import {@code lockstep.common} and {@code lockstep.common.stream}.
 */
package lockstep.common.archive;
