package dev.gantry.ops.standalone;

import java.util.concurrent.locks.ReentrantLock;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Lets the next context begin when this one has read its settings and set up logging. */
record ContextPrepared(ReentrantLock lock)
    implements ApplicationListener<ApplicationContextInitializedEvent> {
  @Override
  public void onApplicationEvent(ApplicationContextInitializedEvent event) {
    lock.unlock();
  }
}
