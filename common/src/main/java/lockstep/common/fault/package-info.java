/**
 * Points in the program, by name, at which a test can have it end as abruptly as a kill would. May import {@code lockstep.common}.
 */
package lockstep.common.fault;
