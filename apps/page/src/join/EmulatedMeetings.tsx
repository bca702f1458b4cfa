// What the card shows above the form if calls are the emulator's: a banner, and how to get a second participant.
import { Button, Link, makeStyles, shorthands, tokens } from "@fluentui/react-components";
import { describeFailure } from "@teams-token-exchange/client/failure";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { EmulatedMeeting } from "../call/emulated-meetings.ts";

const useStyles = makeStyles({
  banner: {
    margin: 0,
    padding: "8px 12px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorStatusWarningBackground1,
    color: tokens.colorNeutralForeground1,
    ...shorthands.border("1px", "solid", tokens.colorStatusWarningBorder1),
  },
  failure: { margin: 0 },
});

export type LoadMeetings = () => Promise<readonly EmulatedMeeting[]>;

export function EmulatedBanner() {
  const styles = useStyles();
  const isOnline = useSyncExternalStore(watchNetwork, () => navigator.onLine);
  return (
    <>
      <p className={styles.banner}>
        <strong>Emulated meeting: no Teams involved.</strong>{" "}
        <Link href="?account=other" target="_blank" rel="noopener" inline>
          Open a second window as another user
        </Link>
      </p>
      {!isOnline && (
        <p className={styles.failure} role="status">
          {withoutNetwork}
        </p>
      )}
    </>
  );
}

/** Browsers offer their own addresses for media, but not the one that every computer has. */
const withoutNetwork =
  "This computer has no network. You can join, but browsers then carry no sound and no picture, not even between two of their " +
  "windows. Connect to any network, or start Chrome or Edge with --allow-loopback-in-peer-connection.";

function watchNetwork(onChange: () => void): () => void {
  addEventListener("online", onChange);
  addEventListener("offline", onChange);
  return () => {
    removeEventListener("online", onChange);
    removeEventListener("offline", onChange);
  };
}

/** The meetings of the emulator. `load` must not change between renders; without it there are none. */
export function useEmulatedMeetings(load: LoadMeetings | undefined) {
  const [meetings, setMeetings] = useState<readonly EmulatedMeeting[]>();
  const [code, setCode] = useState<string>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let wanted = tries >= 0;
    load?.().then(
      (found) => wanted && setMeetings(found),
      (error: unknown) => wanted && setCode(describeFailure(error).code),
    );
    return () => {
      wanted = false;
    };
  }, [load, tries]);
  const retry = useCallback(() => {
    setCode(undefined);
    setTries((before) => before + 1);
  }, []);
  return { meetings, code, retry };
}

export function MeetingsNotLoaded({ code, onRetry }: { code: string; onRetry: () => void }) {
  const styles = useStyles();
  return (
    <p className={styles.failure} role="status">
      The meetings of the emulator could not be loaded ({code}).{" "}
      <Button size="small" onClick={onRetry}>
        Load them again
      </Button>
    </p>
  );
}
