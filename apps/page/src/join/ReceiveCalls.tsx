// Lets calls to this user ring in the page, if the user wants that.
import { Button, Spinner } from "@fluentui/react-components";
import type { CallSession, Receiving } from "../call/call-session-types.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import { Actions } from "../step/StepCard.tsx";

const texts: Readonly<Record<Exclude<Receiving["status"], "failed">, string>> = {
  off: "",
  starting: "Connecting, so that calls to you ring here.",
  on: "Calls to you ring here.",
  lost: "The connection is lost. Calls to you ring here again when it is back.",
};

export interface ReceiveCallsProps {
  readonly calls: CallSession;
  readonly receiving: Receiving;
}

export function ReceiveCalls({ calls, receiving }: ReceiveCallsProps) {
  if (receiving.status === "failed") {
    return <FailureNotice failure={receiving.failure} step="Receive calls" onAction={() => void calls.receive()} />;
  }
  const { status } = receiving;
  // The button stays the same element, so that it keeps the focus.
  return (
    <Actions>
      <Button onClick={() => void (status === "off" ? calls.receive() : calls.stopReceiving())}>
        {status === "off" ? "Receive calls" : "Stop receiving calls"}
      </Button>
      <span role="status">
        {status === "starting" ? <Spinner size="tiny" label={texts.starting} labelPosition="after" /> : texts[status]}
      </span>
    </Actions>
  );
}
