using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Disputes and inquiries, their evidence, and the file names of the sandbox that decide them.</summary>
internal sealed class Disputes(SquareBook book, SquareLists lists, Entries entries)
{
    public const string Kind = "dispute";
    public const string DeadlinePasses = "dispute_deadline";

    /// <summary>Payments that are charged back at the moment.</summary>
    public const string Open = "_disputed";

    private const string Evidence = "evidence";
    private const string ByKey = "_evidence_key";

    private static readonly TimeSpan evidenceTime = TimeSpan.FromDays(14);

    /// <summary>Payments of these amounts are disputed at once, for this reason.</summary>
    private static readonly string[] reasons =
        ["AMOUNT_DIFFERS", "CANCELLED", "DUPLICATE", "NO_KNOWLEDGE", "NOT_AS_DESCRIBED", "NOT_RECEIVED", "PAID_BY_OTHER_MEANS", "CUSTOMER_REQUESTS_CREDIT", "EMV_LIABILITY_SHIFT"];

    /// <summary>8801 to 8809 are the amounts that the sandbox disputes.</summary>
    public void Meet(JsonObject payment)
    {
        if (Amount(payment, "amount_money") - 8801 is >= 0 and var at && at < reasons.Length && Text(payment, "source_type") == "CARD")
            Make(payment, Amount(payment, "total_money"), reasons[at], inquiry: false);
    }

    /// <summary>By hand: <c>{ payment, amount?, reason?, inquiry? }</c>.</summary>
    public Reply OpenByHand(JsonObject fields)
    {
        if (book.Find(Payments.Kind, Text(fields, "payment")) is not { } payment || Text(payment, "status") != "COMPLETED")
            throw new ControlException("'payment' must be the id of a completed payment.");
        var amount = fields["amount"] is JsonValue asked && asked.TryGetValue<long>(out var read) ? read : Amount(payment, "total_money");
        if (amount < 1 || amount > Amount(payment, "total_money"))
            throw new ControlException("'amount' must be from 1 to the total of the payment.");
        var reason = Text(fields, "reason") ?? "NO_KNOWLEDGE";
        if (!reasons.Contains(reason, StringComparer.Ordinal))
            throw new ControlException($"'reason' must be one of {string.Join(", ", reasons)}.");
        return new(200, Make(payment, amount, reason, Flag(fields, "inquiry", otherwise: false)).DeepClone());
    }

    private JsonObject Make(JsonObject payment, long amount, string reason, bool inquiry)
    {
        var id = book.World.Ids.Next(22);
        var made = new JsonObject
        {
            ["id"] = id,
            ["dispute_id"] = id,
            ["amount_money"] = Money(amount, CurrencyOf(payment, "total_money")!),
            ["reason"] = reason,
            ["state"] = inquiry ? "INQUIRY_EVIDENCE_REQUIRED" : "EVIDENCE_REQUIRED",
            ["due_at"] = Written(book.Now + evidenceTime),
            ["disputed_payment"] = new JsonObject { ["payment_id"] = Text(payment, "id") },
            ["evidence_ids"] = new JsonArray(),
            ["card_brand"] = payment["card_details"]?["card"]?["card_brand"]?.DeepClone() ?? "VISA",
            ["brand_dispute_id"] = book.World.Ids.Next(18, letters: 10),
            ["reported_at"] = book.NowText,
            ["reported_date"] = book.NowText,
            ["location_id"] = Text(payment, "location_id"),
            ["version"] = 1,
            ["created_at"] = book.NowText,
        };
        if (!inquiry)
            Withdraw(payment, made);
        book.Later(evidenceTime, DeadlinePasses, id);
        book.Tell("dispute.created", Kind, book.Update(Kind, made));
        return made;
    }

    private void Withdraw(JsonObject payment, JsonObject dispute)
    {
        book.World.Shelf.Put(Open, Text(payment, "id")!, []);
        entries.Dispute(payment, dispute, -Amount(dispute, "amount_money"));
    }

    public Reply Get(Call call) => With(call, Answer);

    public Reply List(Call call)
    {
        // In the query as one list, `states=WON,LOST`, or repeated with the last one seen.
        var states = call.Query["states"]?.ToString().Split(',').ToHashSet(StringComparer.Ordinal);
        return lists.Page(call, "disputes", book.List(Kind).Where(one =>
            SquareLists.Fits(call, one, "location_id") && states?.Contains(Text(one, "state")!) != false));
    }

    public Reply Accept(Call call) => With(call, found =>
    {
        if (!TakesEvidence(found))
            return Closed(found);
        if (Text(found, "state") == "INQUIRY_EVIDENCE_REQUIRED")
            Withdraw(book.Find(Payments.Kind, PaymentOf(found))!, found);
        Move(found, "ACCEPTED");
        return Answer(found);
    });

    public Reply AddText(Call call) => With(call, found => AddOnce(call, found, call.Fields, () => new()
    {
        ["evidence_text"] = Text(call.Fields, "evidence_text"),
    }));

    /// <summary>A file, as <c>multipart/form-data</c>: <c>request</c> in JSON, and <c>image_file</c>.</summary>
    public Reply AddFile(Call call) => With(call, found =>
    {
        var request = call.Fields["request"] as JsonObject ?? [];
        if (Text(call.Fields, "image_file") is not { } name)
            return SquareErrors.Missing("image_file");
        if (Text(request, "idempotency_key") is null)
            return SquareErrors.Missing("request.idempotency_key");
        return AddOnce(call, found, request, () => new()
        {
            ["evidence_file"] = new JsonObject { ["filename"] = name, ["filetype"] = Text(request, "content_type") ?? "image/jpeg" },
        });
    });

    // Of a file the key is looked up here: the boundary of its form is another one each time, so the bytes never repeat.
    private Reply AddOnce(Call call, JsonObject dispute, JsonObject request, Func<JsonObject> content)
    {
        var key = $"{Text(dispute, "id")}/{Text(request, "idempotency_key")}";
        if (book.Find(ByKey, key) is { } before)
            return new(200, new JsonObject { [Evidence] = book.Find(Evidence, Text(before, "evidence")) });
        if (!TakesEvidence(dispute))
            return Closed(dispute);
        var made = content();
        var id = book.World.Ids.Next(22);
        made["id"] = id;
        made["evidence_id"] = id;
        made["dispute_id"] = call["dispute_id"];
        made["evidence_type"] = Text(request, "evidence_type") ?? "GENERIC_EVIDENCE";
        made["uploaded_at"] = book.NowText;
        book.Save(Evidence, made);
        book.World.Shelf.Put(ByKey, key, new() { ["evidence"] = id });
        ((JsonArray)dispute["evidence_ids"]!).Add(id);
        Keep(dispute);
        book.Tell("dispute.evidence.created", Kind, dispute);
        return new(200, new JsonObject { [Evidence] = made.DeepClone() });
    }

    public Reply ListEvidence(Call call) => With(call, found =>
        lists.Page(call, Evidence, book.List(Evidence).Where(one => Text(one, "dispute_id") == Text(found, "id"))));

    public Reply Submit(Call call) => With(call, found =>
    {
        if (!TakesEvidence(found))
            return Closed(found);
        Move(found, Text(found, "state") == "EVIDENCE_REQUIRED" ? "PROCESSING" : "INQUIRY_PROCESSING");
        switch (LastFile(found))
        {
            case "evidence_won": End(found, won: true); break;
            case "evidence_lost": End(found, won: false); break;
        }
        return Answer(found);
    });

    private string? LastFile(JsonObject dispute) =>
        (dispute["evidence_ids"] as JsonArray ?? []).Select(one => book.Find(Evidence, one!.GetValue<string>()))
            .Select(one => one?["evidence_file"]?["filename"]?.GetValue<string>()).LastOrDefault(one => one is not null) is { } name
            ? Path.GetFileNameWithoutExtension(name)
            : null;

    /// <summary>By hand: <c>{ dispute, outcome: "won" | "lost" }</c>.</summary>
    public Reply Resolve(JsonObject fields)
    {
        if (book.Find(Kind, Text(fields, "dispute")) is not { } found || Text(found, "state") is "WON" or "LOST" or "ACCEPTED" or "INQUIRY_CLOSED")
            throw new ControlException("'dispute' must be the id of an open dispute.");
        if (Text(fields, "outcome") is not ("won" or "lost"))
            throw new ControlException("'outcome' must be won or lost.");
        End(found, Text(fields, "outcome") == "won");
        return new(200, found.DeepClone());
    }

    private void End(JsonObject dispute, bool won)
    {
        var inquiry = Text(dispute, "state")!.StartsWith("INQUIRY", StringComparison.Ordinal);
        if (won && !inquiry)
            entries.Dispute(book.Find(Payments.Kind, PaymentOf(dispute))!, dispute, Amount(dispute, "amount_money"));
        if (won)
            book.World.Shelf.Remove(Open, PaymentOf(dispute));
        Move(dispute, inquiry ? "INQUIRY_CLOSED" : won ? "WON" : "LOST");
    }

    /// <summary>Who does not answer in time has lost.</summary>
    public void PassDeadline(string id)
    {
        if (book.Find(Kind, id) is { } found && TakesEvidence(found))
            End(found, won: false);
    }

    private void Move(JsonObject dispute, string state)
    {
        dispute["state"] = state;
        Keep(dispute);
        book.Tell("dispute.state.updated", Kind, dispute);
    }

    private void Keep(JsonObject dispute)
    {
        dispute["version"] = dispute["version"]!.GetValue<int>() + 1;
        book.Update(Kind, dispute);
    }

    private static string PaymentOf(JsonObject dispute) => dispute["disputed_payment"]!["payment_id"]!.GetValue<string>();

    private static bool TakesEvidence(JsonObject dispute) => Text(dispute, "state") is "EVIDENCE_REQUIRED" or "INQUIRY_EVIDENCE_REQUIRED";

    private static Reply Closed(JsonObject dispute) =>
        SquareErrors.Invalid("BAD_REQUEST", $"The dispute is {Text(dispute, "state")}: nothing is taken for it any more.", "dispute_id");

    private static Reply Answer(JsonObject dispute) => new(200, new JsonObject { [Kind] = dispute.DeepClone() });

    private Reply With(Call call, Func<JsonObject, Reply> work) =>
        book.Find(Kind, call["dispute_id"]) is { } found ? work(found) : SquareErrors.NotFound("Dispute", call["dispute_id"], "dispute_id");
}
