/// What no single room can show: the walls between the rooms, and the whole road with real processes and real stores.
/// Tests of a scenario carry its ID in their name.
package dev.sluice.acceptance;
