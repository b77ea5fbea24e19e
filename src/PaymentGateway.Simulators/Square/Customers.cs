using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>The seller's customers.</summary>
internal sealed class Customers(SquareBook book, SquareLists lists)
{
    public const string Kind = "customer";

    private static readonly string[] told =
        ["given_name", "family_name", "company_name", "nickname", "email_address", "address", "phone_number", "reference_id", "note", "birthday", "tax_ids"];

    // Without one of these nobody could find the customer again.
    private static readonly string[] naming = ["given_name", "family_name", "company_name", "email_address", "phone_number"];

    public Reply Create(Call call)
    {
        if (Check(call.Fields, named: false) is { } refused)
            return refused;
        var made = new JsonObject { ["id"] = book.World.Ids.NextUpper(26), ["created_at"] = book.NowText };
        Copy(call.Fields, made, told);
        made["preferences"] = new JsonObject { ["email_unsubscribed"] = false };
        made["creation_source"] = "THIRD_PARTY";
        made["version"] = 0;
        book.Tell("customer.created", Kind, book.Update(Kind, made));
        return Answer(made);
    }

    private static Reply? Check(JsonObject fields, bool named)
    {
        if (Text(fields, "email_address") is { Length: > 0 } email && !email.Contains('@', StringComparison.Ordinal))
            return SquareErrors.Invalid("INVALID_EMAIL_ADDRESS", $"Expected email_address to be a valid email address but it was `{email}`.", "email_address");
        return named || naming.Any(name => Text(fields, name) is { Length: > 0 })
            ? null
            : SquareErrors.Invalid("MISSING_REQUIRED_PARAMETER", $"At least one of {string.Join(", ", naming)} is required for a customer.");
    }

    public Reply Get(Call call) => With(call, Answer);

    public Reply Update(Call call) => With(call, found =>
    {
        if (call.Fields["version"]?.GetValue<int>() is { } version && version != found["version"]!.GetValue<int>())
            return SquareErrors.Invalid("CONFLICT", "The customer has changed since this version.", "version", 409);
        if (Check(call.Fields, named: true) is { } refused)
            return refused;
        foreach (var name in told.Where(call.Fields.ContainsKey))
        {
            // An explicit null, or an empty text, takes the field away.
            if (call.Fields[name] is { } value && value.ToString().Length > 0)
                found[name] = value.DeepClone();
            else
                found.Remove(name);
        }
        found["version"] = found["version"]!.GetValue<int>() + 1;
        book.Tell("customer.updated", Kind, book.Update(Kind, found));
        return Answer(found);
    });

    public Reply Delete(Call call) => With(call, found =>
    {
        book.World.Shelf.Remove(Kind, call["customer_id"]);
        book.Tell("customer.deleted", Kind, found);
        return new(200, new JsonObject());
    });

    public Reply List(Call call) => lists.Page(call, "customers", book.List(Kind), ascending: true);

    public Reply Search(Call call)
    {
        var query = call.Fields["query"] as JsonObject;
        var found = book.List(Kind).Where(one => FitsFilter(one, query?["filter"] as JsonObject ?? []));
        if (query?["sort"]?["order"]?.GetValue<string>() != "DESC")
            found = found.Reverse();
        var reply = lists.Page(Text(call.Fields, "cursor"), call.Fields["limit"]?.ToString(), "customers", found, limitMax: 100);
        if (reply.Status == 200 && Flag(call.Fields, "count", otherwise: false))
            reply.Json!["count"] = found.Count();
        return reply;
    }

    private static bool FitsFilter(JsonObject customer, JsonObject filter) =>
        ((string[])["email_address", "phone_number", "reference_id"]).All(name => FitsText(Text(customer, name), filter[name] as JsonObject))
        && ((string[])["created_at", "updated_at"]).All(name => filter[name] is not JsonObject range
            || SquareLists.IsBetween(customer, name, Text(range, "start_at"), Text(range, "end_at")));

    private static bool FitsText(string? value, JsonObject? filter) =>
        filter is null
        || ((Text(filter, "exact") is not { } exact || string.Equals(value, exact, StringComparison.OrdinalIgnoreCase))
            && (Text(filter, "fuzzy") is not { } part || value?.Contains(part, StringComparison.OrdinalIgnoreCase) == true));

    private static Reply Answer(JsonObject customer) => new(200, new JsonObject { [Kind] = customer.DeepClone() });

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["customer_id"]) is { } found ? work(found) : SquareErrors.NotFound("Customer", call["customer_id"], "customer_id");
}
