package dev.gantry.gateway.call;

import java.util.List;

/** The routes of one noun. */
@FunctionalInterface
public interface Routes {
  List<Route> routes();
}
