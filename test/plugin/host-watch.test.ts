import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HostWatch } from "../../src/plugin/host-watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function startWatch() {
  const onGone = vi.fn<(reason: string) => void>();
  const isParentGone = vi.fn(() => false);
  const watch = new HostWatch(onGone, isParentGone);
  watch.start();
  return { watch, onGone, isParentGone };
}

describe("a host that never calls", () => {
  test("is gone after 60 seconds", () => {
    const { onGone } = startWatch();
    vi.advanceTimersByTime(59_999);
    expect(onGone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onGone.mock.calls).toEqual([["no host has called"]]);
  });

  test("is gone as well when something has connected and says nothing", () => {
    const { watch, onGone } = startWatch();
    watch.connectionOpened();
    vi.advanceTimersByTime(60_000);
    expect(onGone).toHaveBeenCalledOnce();
  });

  test("does not get more time by connecting again and again", () => {
    const { watch, onGone } = startWatch();
    for (let second = 0; second < 60; second += 1) {
      watch.connectionOpened();
      vi.advanceTimersByTime(1_000);
      watch.connectionClosed();
    }
    expect(onGone).toHaveBeenCalledOnce();
  });
});

describe("a host that has called", () => {
  test("may be silent as long as it is connected", () => {
    const { watch, onGone } = startWatch();
    watch.connectionOpened();
    watch.callStarted();
    vi.advanceTimersByTime(3_600_000);
    expect(onGone).not.toHaveBeenCalled();
  });

  test("is gone 60 seconds after its last connection, when it never opened the streams", () => {
    const { watch, onGone } = startWatch();
    watch.connectionOpened();
    watch.callStarted();
    watch.connectionClosed();
    vi.advanceTimersByTime(59_999);
    expect(onGone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onGone).toHaveBeenCalledOnce();
  });

  test("is gone one second after the last of its streams, and only once", () => {
    const { watch, onGone } = startWatch();
    watch.connectionOpened();
    watch.callStarted();
    watch.streamOpened();
    watch.streamOpened();
    watch.streamClosed();
    vi.advanceTimersByTime(3_600_000);
    expect(onGone).not.toHaveBeenCalled();
    watch.streamClosed();
    watch.connectionClosed();
    vi.advanceTimersByTime(999);
    expect(onGone).not.toHaveBeenCalled();
    vi.advanceTimersByTime(3_600_000);
    expect(onGone.mock.calls).toEqual([["the host has cut off its streams"]]);
  });

  test("is back when it opens a stream again in time", () => {
    const { watch, onGone } = startWatch();
    watch.connectionOpened();
    watch.callStarted();
    watch.streamOpened();
    watch.streamClosed();
    vi.advanceTimersByTime(999);
    watch.streamOpened();
    vi.advanceTimersByTime(3_600_000);
    expect(onGone).not.toHaveBeenCalled();
  });
});

describe("a host that ends", () => {
  test("is missed at once while it has not connected", () => {
    const { onGone, isParentGone } = startWatch();
    isParentGone.mockReturnValue(true);
    vi.advanceTimersByTime(100);
    expect(onGone.mock.calls).toEqual([["the host has ended"]]);
    vi.advanceTimersByTime(3_600_000);
    expect(onGone).toHaveBeenCalledOnce();
  });

  test("is missed at once though its streams are not cut off", () => {
    const { watch, onGone, isParentGone } = startWatch();
    watch.callStarted();
    watch.streamOpened();
    vi.advanceTimersByTime(3_600_000);
    expect(onGone).not.toHaveBeenCalled();
    isParentGone.mockReturnValue(true);
    vi.advanceTimersByTime(100);
    expect(onGone.mock.calls).toEqual([["the host has ended"]]);
  });
});
