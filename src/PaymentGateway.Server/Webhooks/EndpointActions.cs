using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

/// <summary>Creates, changes and deletes endpoints: each from load to commit.</summary>
internal sealed class EndpointActions(
    EndpointStore store, Committer committer, OutboundGuard guard, WebhookSecrets secrets, WebhookSignals signals, MerchantClocks clocks)
{
    internal const int EndpointsMax = 16;

    private const int DescriptionLengthMax = 500;

    /// <summary>Each round, another change came first; only a fault of ours could let that happen so often.</summary>
    private const int RoundsMax = 20;

    public async Task<Decided> Create(Caller caller, CreateEndpoint wanted, CancellationToken cancel)
    {
        var events = wanted.Events ?? [WebhookEndpoint.AllEvents];
        if (Fault(wanted.Url, events, wanted.Description, caller.Tenant.Mode) is { } refusal)
        {
            return Refused(refusal, caller);
        }

        if (await store.Count(caller.Tenant, cancel) >= EndpointsMax)
        {
            return Refused(new(Errors.InvalidState, $"A merchant can have {EndpointsMax} webhook endpoints; delete one first."), caller);
        }

        var id = Id.New("we", clocks.Real);
        var secret = SigningSecrets.NewSecret(caller.Tenant.Mode);
        var now = clocks.Now(caller.Tenant);
        var endpoint = new WebhookEndpoint
        {
            Id = id,
            MerchantId = caller.Tenant.MerchantId,
            Mode = caller.Tenant.Mode,
            Url = wanted.Url,
            Description = wanted.Description,
            Events = [.. events.Distinct()],
            Secret = secrets.Seal(caller.Tenant, id, secret),
            Status = EndpointStatus.Enabled,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var change = new Change().Write(EndpointRows.Insert, endpoint);
        EndpointTrail.Record(change, caller.Origin, clocks.Real, "create", before: null, endpoint);
        return new(change,
            Answer.Created(EndpointView.Of(endpoint, now, secret), $"/api/payments/webhook-endpoints/{endpoint.Id}"));
    }

    public async Task<Decided> RollSecret(Caller caller, string id, RollSecret wanted, CancellationToken cancel)
    {
        if (wanted.OverlapHours is < 0 or > SigningSecrets.OverlapHoursMax)
        {
            return Refused(Refusal.Field("overlapHours", $"must be a whole number from 0 to {SigningSecrets.OverlapHoursMax}"), caller);
        }

        if (await store.Find(caller.Tenant, id, cancel) is not { } endpoint)
        {
            return Refused(new(Errors.WebhookEndpointNotFound), caller);
        }

        var secret = SigningSecrets.NewSecret(caller.Tenant.Mode);
        var now = clocks.Now(caller.Tenant);
        var rolled = endpoint.WithSecret(secrets.Seal(caller.Tenant, id, secret), now, TimeSpan.FromHours(wanted.OverlapHours)).Next(now);
        var change = EndpointRows.Write(new Change(), rolled);
        EndpointTrail.Record(change, caller.Origin, clocks.Real, "roll_secret", endpoint, rolled);
        return new(change, Answer.Ok(EndpointView.Of(rolled, now, secret)));
    }

    public async Task<Outcome<WebhookEndpoint>> Update(Caller caller, string id, UpdateEndpoint wanted, CancellationToken cancel)
    {
        if (Fault(wanted.Url, wanted.Events, wanted.Description, caller.Tenant.Mode) is { } refusal)
        {
            return refusal;
        }

        return await Change(caller.Tenant, caller.Origin, id, "update", endpoint =>
        {
            var changed = endpoint with
            {
                Url = wanted.Url ?? endpoint.Url,
                Events = wanted.Events is { } events ? [.. events.Distinct()] : endpoint.Events,
                Description = wanted.Description is { } text ? (text.Length > 0 ? text : null) : endpoint.Description,
            };
            return wanted.Status switch
            {
                EndpointSwitch.Enabled => changed.Enabled(),
                EndpointSwitch.Disabled => changed.Disabled("Switched off by the merchant."),
                _ => changed,
            };
        }, cancel);
    }

    public Task<Outcome<WebhookEndpoint>> Delete(Caller caller, string id, CancellationToken cancel) =>
        Change(caller.Tenant, caller.Origin, id, "delete", endpoint => endpoint.Deleted(), cancel);

    /// <summary>Switches an endpoint off with all that is waiting for it; it can be sent again once the endpoint is back.</summary>
    /// <returns>Whether it was enabled until now.</returns>
    public async Task<bool> Disable(Tenant tenant, string id, string reason, CancellationToken cancel)
    {
        var wasEnabled = false;
        await Change(tenant, Origin.Worker, id, "disable", endpoint =>
        {
            wasEnabled = endpoint.Status == EndpointStatus.Enabled;
            return wasEnabled ? endpoint.Disabled(reason) : endpoint;
        }, cancel);
        return wasEnabled;
    }

    private async Task<Outcome<WebhookEndpoint>> Change(
        Tenant tenant, Origin origin, string id, string verb, Func<WebhookEndpoint, WebhookEndpoint> decide, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.Find(tenant, id, cancel) is not { } endpoint)
            {
                return new Refusal(Errors.WebhookEndpointNotFound);
            }

            var decided = decide(endpoint);
            if (ReferenceEquals(decided, endpoint))
            {
                return endpoint;
            }

            var changed = decided.Next(clocks.Now(tenant));
            var change = EndpointRows.Write(new Change(), changed).Wake(signals.Due);
            EndpointTrail.Record(change, origin, clocks.Real, verb, endpoint, changed);
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return await store.Find(tenant, id, cancel) ?? changed;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"{id} met a conflict {RoundsMax} times in a row.");
    }

    private Refusal? Fault(string? url, IReadOnlyList<string>? events, string? description, Mode mode)
    {
        if (url is not null && guard.Check("url", url, mode).Refusal is { } refusal)
        {
            return refusal;
        }

        if (events is not null && EventsFault(events) is { } sentence)
        {
            return Refusal.Field("events", sentence);
        }

        return description?.Length > DescriptionLengthMax
            ? Refusal.Field("description", $"must have at most {DescriptionLengthMax} characters")
            : null;
    }

    private static string? EventsFault(IReadOnlyList<string> events)
    {
        if (events.Count == 0 || (events.Count > 1 && events.Contains(WebhookEndpoint.AllEvents)))
        {
            return "must be [\"*\"] for all events, or a list of names";
        }

        // The JSON reader checks the list, not what is in it: null gets this far.
        var unknown = events.Where(name => name != WebhookEndpoint.AllEvents && (name is null || EventCatalogue.Find(name) is null)).ToList();
        return unknown.Count > 0 ? $"holds {Shown(unknown[0] ?? "null")}, which is no event; see /docs/events" : null;
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static Decided Refused(Refusal refusal, Caller caller) => new(null, Answer.Of(refusal, caller.RequestId));
}
