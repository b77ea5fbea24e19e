using System.Net;
using PaymentGateway.Http;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

/// <summary>Between routing and the endpoint: finds out who calls, and counts the call.</summary>
internal sealed class Authentication(
    RequestDelegate next, ApiKeys keys, FindAccessRules findRules, RateLimits limits, ServerSettings settings, TimeProvider clock,
    IPeople? people = null)
{
    private const string PersonChallenge = "Bearer realm=\"PaymentGateway\"";

    public async Task InvokeAsync(HttpContext http)
    {
        // For all behind it, those without a key too: the checkout's pages and processors' messages name it as their origin.
        var address = http.Connection.RemoteIpAddress = ClientAddress.Of(http, settings.TrustedProxies);
        var endpoint = http.GetEndpoint()?.Metadata;
        var requires = endpoint?.GetMetadata<RequiresKey>();
        if (endpoint?.GetMetadata<RequiresPerson>() is not null || (requires is not null && people?.BringsToken(http.Request) == true))
        {
            await LetPersonIn(http, mustEnter: requires is not null, address);
            return;
        }

        if (requires is null)
        {
            if (endpoint is null || endpoint.GetMetadata<TakesEveryCall>() is not null
                || await IsWithinLimit(http, $"open:{ClientAddress.Household(address)}", settings.RateLimitPerAddressPerMinute))
            {
                await next(http);
            }

            return;
        }

        var outcome = await Authenticate(http, requires, address);
        if (outcome.Refusal is { } refusal)
        {
            await Refuse(http, ChallengeOf(requires), refusal, address);
            return;
        }

        if (await IsWithinLimit(http, CounterOf(outcome.Value), settings.RateLimitPerMinute))
        {
            http.Features.Set(outcome.Value);
            await next(http);
        }
    }

    /// <param name="mustEnter">The endpoint is a merchant's: the person acts for one.</param>
    private async Task LetPersonIn(HttpContext http, bool mustEnter, IPAddress? address)
    {
        var person = people is null ? new Refusal(Errors.SessionExpired) : await people.Find(http);
        if (person.Refusal is { } refusal)
        {
            await Refuse(http, PersonChallenge, refusal, address);
            return;
        }

        if (!await IsWithinLimit(http, PersonLimits.CounterOf(person.Value.UserId), settings.RateLimitPerMinute))
        {
            return;
        }

        http.Features.Set(person.Value);
        if (DenialOf(http.GetEndpoint()!.Metadata.GetMetadata<RequiresPerson>(), person.Value) is { } notTheRole)
        {
            await Send(http, notTheRole);
            return;
        }

        if (mustEnter)
        {
            var caller = await people!.Enter(http, person.Value);
            if (caller.Refusal is { } denied)
            {
                await Send(http, denied);
                return;
            }

            http.Features.Set(caller.Value);
        }

        await next(http);
    }

    private static Refusal? DenialOf(RequiresPerson? required, Person person) =>
        required is not { Roles.Length: > 0 } ? null
        : !required.Roles.Intersect(person.Roles).Any() ? new(Errors.UnauthorizedAccess, "None of your roles allows that.")
        : person.HasFactor ? null
        : new(Errors.TwoFactorAuthRequired, "Your role needs a second factor: enrol one, and sign in with it.");

    /// <summary>Of all that the caller calls, and then of this endpoint, where it has a limit of its own: that one is announced.</summary>
    private async ValueTask<bool> IsWithinLimit(HttpContext http, string counter, int limit)
    {
        var verdict = limits.Count(counter, limit);
        if (verdict.IsAllowed && http.GetEndpoint()?.Metadata is { } endpoint && endpoint.GetMetadata<RequestLimit>() is { } own)
        {
            var value = own.Each is null ? null : http.GetRouteValue(own.Each)?.ToString();
            verdict = limits.Count(PersonLimits.CounterOf(counter, endpoint.GetMetadata<IEndpointNameMetadata>()?.EndpointName, own, value), own.Count, own.Minutes);
        }

        Announce(http.Response, verdict);
        if (!verdict.IsAllowed)
        {
            await Send(http, new(Errors.RateLimitExceeded));
        }

        return verdict.IsAllowed;
    }

    private async ValueTask<Outcome<Caller>> Authenticate(HttpContext http, RequiresKey requires, IPAddress? address)
    {
        if (!Credentials.TryRead(http.Request.Headers, out var sent) || await keys.FindLive(sent) is not { } key)
        {
            return new Refusal(Errors.AuthenticationFailed);
        }

        var rules = await findRules(key.Tenant, http.RequestAborted);
        if (rules is not { IsEnabled: true })
        {
            return new Refusal(Errors.AuthenticationFailed);
        }

        var kind = sent.Secret is null ? KeyKind.Publishable : KeyKind.Secret;
        if (!requires.Kinds.Contains(kind))
        {
            return new Refusal(Errors.UnauthorizedAccess);
        }

        // A publishable key is used by customers' browsers: they come from everywhere.
        return kind == KeyKind.Secret && !rules.Allows(address)
            ? new Refusal(Errors.IpNotAllowed)
            : new Caller(key.Tenant, kind, key.Id, address, RequestId.Of(http, clock));
    }

    private async Task Refuse(HttpContext http, string challenge, Refusal refusal, IPAddress? address)
    {
        if (refusal.Kind.Status != StatusCodes.Status401Unauthorized)
        {
            await Send(http, refusal);
            return;
        }

        // Of calls with a key only failures are counted: customers behind one address must not lock each other out of their shops.
        var verdict = limits.Count($"failed:{ClientAddress.Household(address)}", settings.RateLimitFailedAuthPerMinute);
        Announce(http.Response, verdict);
        if (!verdict.IsAllowed)
        {
            await Send(http, new(Errors.RateLimitExceeded));
            return;
        }

        http.Response.Headers.WWWAuthenticate = challenge;
        await Send(http, refusal);
    }

    /// <summary>A Basic challenge makes a browser ask its user for a password: none where pages call.</summary>
    private static string ChallengeOf(RequiresKey requires) => requires.Kinds.Contains(KeyKind.Publishable)
        ? PersonChallenge
        : "Basic realm=\"PaymentGateway\", charset=\"UTF-8\", Bearer realm=\"PaymentGateway\"";

    private Task Send(HttpContext http, Refusal refusal) => Answer.Of(refusal, RequestId.Of(http, clock)).Send(http);

    private void Announce(HttpResponse response, RateVerdict verdict)
    {
        response.Headers["X-RateLimit-Limit"] = verdict.Limit.ToString();
        response.Headers["X-RateLimit-Remaining"] = verdict.Remaining.ToString();
        response.Headers["X-RateLimit-Reset"] = verdict.Reset.ToUnixTimeSeconds().ToString();
        if (!verdict.IsAllowed)
        {
            var wait = (verdict.Reset - clock.GetUtcNow()).TotalSeconds;
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait)).ToString();
        }
    }

    /// <summary>A shop's pages and its server are counted apart: customers cannot use up what the server needs.</summary>
    private static string CounterOf(Caller caller) => $"{(caller.Kind == KeyKind.Secret ? "secret" : "page")}:{caller.KeyId}";
}
