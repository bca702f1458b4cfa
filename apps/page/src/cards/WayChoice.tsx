// Chooses one of the two ways to an ACS token. It is shown only if the server offers both.
import { Field, Link, Radio, RadioGroup } from "@fluentui/react-components";
import type { ExchangeWay } from "@teams-token-exchange/client";

export interface WayChoiceProps {
  readonly way: ExchangeWay;
  readonly disabled: boolean;
  readonly onChange: (way: ExchangeWay) => void;
}

const explanation =
  "https://learn.microsoft.com/azure/communication-services/concepts/interop/tpe/teams-phone-extensibility-overview";

export function WayChoice({ way, disabled, onChange }: WayChoiceProps) {
  return (
    <Field
      label="Way to the token"
      hint={
        <>
          Use “Directly” for phone systems with{" "}
          <Link href={explanation} target="_blank" rel="noreferrer" inline>
            Teams Phone Extensibility
          </Link>
          .
        </>
      }
    >
      <RadioGroup value={way} disabled={disabled} onChange={(_, { value }) => onChange(value as ExchangeWay)}>
        <Radio value="server" label="By our server, as the Teams user" />
        <Radio value="direct" label="Directly at Azure Communication Services" />
      </RadioGroup>
    </Field>
  );
}
