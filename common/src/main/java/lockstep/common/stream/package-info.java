/** Holds what our input streams share. May import nothing of ours. */
package lockstep.common.stream;
