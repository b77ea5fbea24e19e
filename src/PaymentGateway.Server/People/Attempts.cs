using System.Net;
using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>How often may be tried, and what it costs then.</summary>
/// <param name="Free">So many attempts cost nothing.</param>
/// <param name="Wait">What the first one after those costs; each further one costs twice as much.</param>
/// <param name="WaitMax">At most.</param>
/// <param name="LockAt">So many in a row lock until a password is reset; null: never.</param>
internal sealed record AttemptLimit(int Free, TimeSpan Wait, TimeSpan WaitMax, int? LockAt);

/// <summary>The limits of all that can be guessed.</summary>
internal sealed record AttemptLimits
{
    /// <summary>Passwords of one account.</summary>
    public AttemptLimit Passwords { get; init; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), LockAt: 20);

    /// <summary>One-time codes of one account: a million of them is not many, so it costs more.</summary>
    public AttemptLimit Codes { get; init; } = new(5, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15), LockAt: 20);

    /// <summary>Anything that can be guessed, from one address. Never a lock: whole offices share one.</summary>
    public AttemptLimit Address { get; init; } = new(30, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), LockAt: null);

    /// <summary>Mail to one recipient that a stranger can cause.</summary>
    public AttemptLimit Mail { get; init; } = new(3, TimeSpan.FromMinutes(1), TimeSpan.FromHours(4), LockAt: null);
}

/// <summary>Who tries.</summary>
/// <param name="Key">A digest: neither an e-mail address nor that of a machine can be read from it.</param>
internal sealed record AttemptSubject(string Key, AttemptLimit Limit);

/// <summary>
/// Slows down whoever guesses, on all replicas together. An attempt is counted before it is looked at, in one statement, so a thousand at
/// once are no better than a thousand in a row; what turns out right is taken back. Whether there is such an account makes no difference.
/// </summary>
internal sealed class Attempts(AttemptStore store, AttemptLimits limits, SecretVault vault, PersonTime time)
{
    private const string Purpose = "people.attempts";

    public AttemptSubject Password(string emailKey) => new("password:" + DigestOf(emailKey), limits.Passwords);

    public AttemptSubject Code(string userId) => new("code:" + DigestOf(userId), limits.Codes);

    public AttemptSubject Mail(string emailKey) => new("mail:" + DigestOf(emailKey), limits.Mail);

    public AttemptSubject From(IPAddress? address) => new("address:" + DigestOf(ClientAddress.Household(address)), limits.Address);

    /// <summary>Counts one attempt of each, in order, until one is refused.</summary>
    /// <returns>Null: go on. Otherwise TOO_MANY_ATTEMPTS or ACCOUNT_LOCKED.</returns>
    public async Task<Refusal?> Begin(CancellationToken cancel, params AttemptSubject[] subjects)
    {
        foreach (var subject in subjects)
        {
            var now = time.Now;
            if (await store.Count(subject, now, cancel) is { } refused)
            {
                return subject.Limit.LockAt <= refused.Failures
                    ? new Refusal(Errors.AccountLocked)
                    : new Refusal(Errors.TooManyAttempts, Details: new Dictionary<string, object?>
                    {
                        [Answer.RetryAfterDetail] = Math.Max(1, (int)Math.Ceiling((refused.BlockedUntil - now).TotalSeconds)),
                    });
            }
        }

        return null;
    }

    /// <summary>The attempt was right: the account's failures are forgotten, the address has one less.</summary>
    public static void Forgive(Change change, AttemptSubject account, AttemptSubject address) =>
        change.Write(AttemptRows.Forget, account.Key).Write(AttemptRows.TakeBack, address.Key);

    /// <summary>The person has proved to be the one: nothing that others tried counts any more.</summary>
    public void Unlock(Change change, User user) =>
        change.Write(AttemptRows.Forget, Password(user.EmailKey!).Key).Write(AttemptRows.Forget, Code(user.Id).Key);

    /// <summary>Lower-case hex, the same on all replicas.</summary>
    private string DigestOf(string text) => vault.Sign(Purpose, text)[..32];
}
