using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Connectors.Square;

/// <summary>
/// Cards on file. Each has a customer of its own at Square: ours may have cards at several processors. Square API, CreateCard, ListCards,
/// DisableCard.
/// </summary>
internal sealed class SquareCards(SquareClient client)
{
    private const string Cards = "/v2/cards";

    /// <param name="key">A repeat with it is the same card.</param>
    /// <param name="source">A token, or a payment.</param>
    /// <param name="reference">By which it can be looked for.</param>
    public async Task<ProcessorReply> Keep(ProcessorAccount account, string key, string source, string reference, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["idempotency_key"] = key,
            ["source_id"] = source,
            ["card"] = new JsonObject { ["customer_id"] = await NewCustomer(account, key, cancel), ["reference_id"] = reference },
        };
        return await client.Post(account, Cards, body, cancel);
    }

    /// <summary>The card of a set-up, disabled or not.</summary>
    public async Task<JsonElement?> Find(ProcessorAccount account, SetupStatusCall call, CancellationToken cancel)
    {
        if (call.Reference is { } known)
        {
            return await Read(account, CardOnFile.Parts(known).Card, cancel);
        }

        var path = $"{Cards}?include_disabled=true&reference_id={Uri.EscapeDataString(SquareMessages.SetupReferenceOf(call.Key))}";
        await foreach (var card in client.All(account, path, "cards", cancel))
        {
            return card;
        }

        return null;
    }

    public async Task<JsonElement?> Read(ProcessorAccount account, string id, CancellationToken cancel) =>
        SquareClient.ExpectIfThere(await client.Get(account, $"{Cards}/{Uri.EscapeDataString(id)}", cancel))?.At("card");

    /// <summary>
    /// The customer goes with the card. One that has not arrived yet is made and deleted: its key belongs to the deleted customer then,
    /// so that nothing can be kept with it.
    /// </summary>
    public async Task LetGo(ProcessorAccount account, string key, string? reference, CancellationToken cancel)
    {
        var customer = reference is null ? await NewCustomer(account, key, cancel) : CardOnFile.Parts(reference).Customer;
        var all = $"{Cards}?customer_id={Uri.EscapeDataString(customer)}";
        foreach (var kept in await client.All(account, all, "cards", cancel).ToListAsync(cancel))
        {
            var path = $"{Cards}/{Uri.EscapeDataString(kept.Needed("id"))}/disable";
            SquareClient.ExpectIfThere(await client.Post(account, path, null, cancel));
        }

        SquareClient.ExpectIfThere(await client.Delete(account, $"/v2/customers/{customer}", cancel));
    }

    /// <summary>Square wants a name of a customer, or an address; ours stay here, so the card's own key is its name there.</summary>
    private async Task<string> NewCustomer(ProcessorAccount account, string key, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["idempotency_key"] = SquareClient.KeyOf("customer", key),
            ["company_name"] = key,
            ["reference_id"] = key,
        };
        return SquareClient.Expect(await client.Post(account, "/v2/customers", body, cancel)).Needed("customer", "id");
    }
}
