using System.Net.Http.Headers;
using System.Text;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>Moves charges without our call and tells us so, as a processor's servers do: signed, at least once, with retries.</summary>
internal sealed partial class SandboxNotifier(
    SandboxStore store, SandboxRefundStore refunds, SandboxDisputeStore disputes, SandboxSettings settings, SandboxKeys keys, SandboxAcs acs,
    HttpClient http, MerchantClocks clocks,
    ILogger<SandboxNotifier> log)
{
    public const string Path = "/api/payments/webhooks/" + SandboxConnector.ConnectorName;

    public const int AttemptsMax = 12;

    private const int BatchMax = 20;

    public static readonly TimeSpan LateBy = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The customer's answer on a page: commits the move and delivers its notification before this returns, so that we know before
    /// the browser comes back. A late notification is left to the worker.
    /// </summary>
    public async Task<Moved?> Answer(string reference, Func<SandboxCharge, SandboxCharge> answer, CancellationToken cancel) => await Told(
        await store.Move(reference, (charge, _) => answer(charge), charge => NewsOf(charge, claimed: true), cancel), cancel);

    /// <summary>The customer's bank takes a debit back, as <see cref="Answer"/>.</summary>
    /// <param name="behaviour">How the message misbehaves; null: not at all.</param>
    /// <returns>False when nothing of it is left.</returns>
    public async Task<bool> TakeBack(string reference, string? behaviour, CancellationToken cancel) => await Told(
        await store.Move(
            reference, SandboxDecisions.TakeBack, charge => NewsOf(charge with { Behaviour = behaviour }, claimed: true), cancel), cancel)
        is { News: not null };

    /// <summary>
    /// A customer paid of their own accord: keeps the charge and tells us, as <see cref="Answer"/> does. False when the key is taken.
    /// </summary>
    public async Task<bool> Credit(SandboxCharge charge, CancellationToken cancel)
    {
        var news = charge.IsWaiting ? null : NewsOf(charge, claimed: true);
        if (await store.Add(charge, _ => news, cancel) is null)
        {
            return false;
        }

        if (news is { Attempts: > 0 })
        {
            await Deliver(news, cancel);
        }

        return true;
    }

    public Task<Moved?> LetTimePass(string reference, CancellationToken cancel) => store.Move(
        reference, (charge, left) => SandboxDecisions.LetTimePass(charge, left, acs, clocks.Now(charge.Tenant)), charge => NewsOf(charge, claimed: false), cancel);

    public Task<SandboxRefund?> LetTimePass(Tenant tenant, string refundKey, CancellationToken cancel) => refunds.Move(
        tenant, refundKey, refund => SandboxRefundDecisions.LetTimePass(refund, clocks.Now(refund.Tenant)), NewsOf, cancel);

    public Task<SandboxDispute?> LetDisputeTimePass(Tenant tenant, string reference, CancellationToken cancel) => disputes.Move(
        tenant, reference, dispute => SandboxDisputeDecisions.LetTimePass(dispute, clocks.Now(tenant)),
        dispute => NewsOf(dispute, claimed: false), cancel);

    /// <summary>Sends a message that was committed as claimed; one that is to come late is left to the worker.</summary>
    public Task DeliverClaimed(Notification news, CancellationToken cancel) => news.Attempts > 0 ? Deliver(news, cancel) : Task.CompletedTask;

    /// <summary>Moves what has waited long enough and sends what is due now.</summary>
    public async Task RunDue(CancellationToken cancel)
    {
        while (await store.FindDue(BatchMax, cancel) is { Count: > 0 } due)
        {
            foreach (var reference in due)
            {
                await LetTimePass(reference, cancel);
            }
        }

        while (await refunds.FindDue(BatchMax, cancel) is { Count: > 0 } due)
        {
            foreach (var (tenant, key) in due)
            {
                await LetTimePass(tenant, key, cancel);
            }
        }

        while (await disputes.FindDue(BatchMax, cancel) is { Count: > 0 } due)
        {
            foreach (var (tenant, reference) in due)
            {
                await LetDisputeTimePass(tenant, reference, cancel);
            }
        }

        while (await store.Claim(BatchMax, Lease, cancel) is { Count: > 0 } claimed)
        {
            // At once, so that a receiver that does not answer holds the batch up for one timeout, which is shorter than the lease.
            await Task.WhenAll(claimed.Select(notification => Deliver(notification, cancel)));
        }
    }

    /// <summary>An outcome that was answered at once needs no message, unless a test wants to see one twice or late.</summary>
    public Notification? NewsOfAnswer(SandboxCharge charge) =>
        !charge.IsWaiting && charge.Behaviour is SandboxBehaviour.DuplicateNotification or SandboxBehaviour.LateNotification
            ? NewsOf(charge, claimed: false)
            : null;

    /// <inheritdoc cref="NewsOfAnswer(SandboxCharge)"/>
    public Notification? NewsOfAnswer(SandboxRefund refund) =>
        refund.State == RefundState.Succeeded
        && refund.Behaviour is SandboxBehaviour.DuplicateNotification or SandboxBehaviour.LateNotification
            ? NewsOf(refund)
            : null;

    public Notification NewsOf(SandboxDispute dispute, bool claimed) =>
        Message(dispute.Tenant, dispute.ChargeKey, dispute.Behaviour, id => SandboxMessages.Write(dispute, id), claimed);

    public Notification NewsOf(SandboxMandate mandate, string? behaviour) => Message(
        mandate.Tenant, chargeKey: null, behaviour, id => SandboxMessages.Write(mandate, id), claimed: true) with
    {
        MandateKey = mandate.Key,
    };

    private Notification NewsOf(SandboxRefund refund) =>
        Message(refund.Tenant, refund.ChargeKey, refund.Behaviour, id => SandboxMessages.Write(refund, id), claimed: false);

    /// <summary>Null when a test asked for the result of a challenge to be lost: then only asking finds it.</summary>
    private Notification? NewsOf(SandboxCharge charge, bool claimed) => charge is
    {
        Behaviour: SandboxBehaviour.ThreeDSecureResultLost,
        Session.Authentication.Flow: AuthenticationFlow.Challenge,
    }
        ? null
        : Message(charge.Tenant, charge.Key, charge.Behaviour, id => SandboxMessages.Write(charge, id), claimed);

    /// <param name="claimed">The caller delivers it himself; a worker takes it only when he does not come back.</param>
    private Notification Message(Tenant tenant, string? chargeKey, string? behaviour, Func<string, string> write, bool claimed)
    {
        var late = behaviour == SandboxBehaviour.LateNotification;
        var byCaller = claimed && !late;
        var id = Id.New("sbxmsg", clocks.Real);
        return new Notification
        {
            Id = id,
            Tenant = tenant,
            ChargeKey = chargeKey,
            Body = write(id),
            Copies = behaviour == SandboxBehaviour.DuplicateNotification ? 2 : 1,
            Attempts = byCaller ? 1 : 0,
            DueAt = clocks.Now(tenant) + (late ? LateBy : TimeSpan.Zero),
            ClaimedUntil = byCaller ? clocks.Real.GetUtcNow() + Lease : null,
        };
    }

    private async Task<Moved?> Told(Moved? moved, CancellationToken cancel)
    {
        if (moved?.News is { } news)
        {
            await DeliverClaimed(news, cancel);
        }

        return moved;
    }

    private async Task Deliver(Notification notification, CancellationToken cancel)
    {
        var answer = await Post(notification, cancel);
        if (answer is >= 200 and <= 299)
        {
            await store.Delivered(notification, cancel);
            return;
        }

        var gaveUp = notification.Attempts >= AttemptsMax;
        LogNotDelivered(
            gaveUp ? LogLevel.Error : LogLevel.Warning, notification.Id, notification.ChargeKey ?? notification.MandateKey!, notification.Attempts, answer);
        await store.TryAgain(notification, gaveUp ? null : clocks.Now(notification.Tenant) + PauseAfter(notification.Attempts), cancel);
    }

    /// <summary>The HTTP status, or 0 when there was none.</summary>
    private async Task<int> Post(Notification notification, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes(notification.Body);
        using var timeout = new CancellationTokenSource(AnswerTimeout, clocks.Real);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.BaseUrl(), Path));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(SandboxKeys.SignatureHeader, keys.Sign(body));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return 0;
        }
    }

    /// <summary>1, 2, 4 … seconds, at most five minutes.</summary>
    private static TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromSeconds(Math.Min(PauseMax.TotalSeconds, Math.Pow(2, attempts - 1)));

    [LoggerMessage(Message = "Sandbox notification {Id} of {Subject} was not taken at attempt {Attempt}: HTTP {Status}")]
    private partial void LogNotDelivered(LogLevel level, string id, string subject, int attempt, int status);
}
