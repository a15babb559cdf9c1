package dev.sluice.data.spi;

import java.util.List;

/// Several connectors of one class, each by a description of its own. Found with [java.util.ServiceLoader], has a
/// public no-argument constructor and holds no state.
public interface ConnectorFamily {
    /// All of them; reads every description.
    List<Connector> connectors();

    /// The one whose description has that file name, without its ending; reads only that.
    Connector connector(String name);

    /// The names of the descriptions, in order.
    List<String> names();
}
