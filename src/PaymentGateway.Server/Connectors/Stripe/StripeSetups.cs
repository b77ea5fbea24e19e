using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PaymentGateway.Connectors.Stripe;

/// <summary>
/// Set-ups, by Stripe's setup intents: the card holder's bank is asked, and the card is kept with a customer at Stripe that is made for it.
/// Stripe API, "Setup Intents".
/// </summary>
internal sealed class StripeSetups(StripeClient client)
{
    private const string Setups = "/v1/setup_intents";
    private const string Expanded = "expand[0]=payment_method&expand[1]=latest_attempt";

    /// <summary>Clocks do not differ more.</summary>
    private static readonly TimeSpan before = TimeSpan.FromMinutes(5);

    public async Task<ConnectorOutcome> Begin(ProcessorAccount account, SetupCall call, CancellationToken cancel)
    {
        var token = call.Instrument is Instrument.Card card
            ? card.Token
            : throw new NotSupportedException($"{StripeConnector.ConnectorName} sets up cards only, not {call.Instrument.Method}.");
        var form = Expand(new StripeForm()
            .With("payment_method", token).With("payment_method_types[0]", "card").With("confirm", "true")
            .With("customer", await client.NewCustomer(account, call.Key, cancel))
            .With("usage", StripeMapping.UsageOf(call.Usage)).With("description", call.Description).With("metadata[setup]", call.Key)
            .With("return_url", call.ReturnUrl)
            .With("payment_method_options[card][request_three_d_secure]", StripeMapping.WishOf(call.ThreeDSecure?.Wish)));
        var reply = await client.Post(account, Setups, form, call.Key, cancel);
        return StripeClient.OutcomeOf(reply, StripeMessages.OutcomeOfSetup, "setup_intent");
    }

    /// <summary>
    /// By its id; without one among all since the set-up was made here, since the attempt can be any time younger than the id in its key.
    /// </summary>
    public async Task<JsonElement?> Find(ProcessorAccount account, SetupStatusCall call, CancellationToken cancel)
    {
        if (call.Reference is { } id)
        {
            return StripeClient.ExpectIfThere(await client.Get(account, PathOf(id), cancel));
        }

        var path = string.Create(CultureInfo.InvariantCulture,
            $"{Setups}?limit=100&created[gte]={(call.NotBefore - before).ToUnixTimeSeconds()}")
            + "&expand[0]=data.payment_method&expand[1]=data.latest_attempt";
        return await client.FindInList(account, path, setup => StripeMessages.SetupKeyOf(setup) == call.Key, cancel);
    }

    /// <summary>Gives it up. A card that it has kept already is let go with its customer: such a setup intent cannot be canceled.</summary>
    public async Task<ConnectorOutcome> Cancel(ProcessorAccount account, SetupStatusCall call, CancellationToken cancel)
    {
        var setup = await Find(account, call, cancel) ?? await TakeKey(account, call, cancel);
        var id = setup.Needed("id");
        if (setup.Text("status") is not ("succeeded" or "canceled"))
        {
            var reply = await client.Post(account, $"{Setups}/{id}/cancel", Expand([]), $"cancel-{call.Key}", cancel);
            setup = await client.StateAfter(reply, account, PathOf(id), cancel);
        }

        if (setup.Text("status") != "succeeded")
        {
            return StripeMessages.OutcomeOfSetup(setup);
        }

        if (setup.Text("customer") is { } customer)
        {
            await client.DeleteCustomer(account, customer, cancel);
        }

        return new ConnectorOutcome.Voided(id);
    }

    /// <summary>
    /// Takes the key with a setup intent that nobody confirms, so that an attempt that comes late with it is refused: Stripe refuses a known
    /// key with other fields. Whoever comes first has it.
    /// </summary>
    private async Task<JsonElement> TakeKey(ProcessorAccount account, SetupStatusCall call, CancellationToken cancel)
    {
        var form = new StripeForm().With("payment_method_types[0]", "card").With("metadata[setup]", call.Key);
        return StripeClient.Expect(await client.Post(account, Setups, form, call.Key, cancel));
    }

    private static string PathOf(string id) => $"{Setups}/{id}?{Expanded}";

    private static StripeForm Expand(StripeForm form) => form.With("expand[0]", "payment_method").With("expand[1]", "latest_attempt");
}
