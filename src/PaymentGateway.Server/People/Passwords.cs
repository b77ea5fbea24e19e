using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace PaymentGateway.People;

/// <summary>Hashes passwords with the framework's own hasher: PBKDF2 with HMAC-SHA512 and a salt for each.</summary>
internal sealed class Passwords
{
    public const int LengthMin = 12;
    public const int LengthMax = 128;
    private const int DifferentMin = 5;

    /// <summary>What OWASP asks of PBKDF2 with SHA-512.</summary>
    private const int Iterations = 210_000;

    private readonly int iterations;
    private readonly PasswordHasher<User> hasher;

    /// <summary>To compare with when there is no such person, so that the answer takes the same time.</summary>
    internal string Nobodys { get; }

    public Passwords() : this(Iterations)
    {
    }

    /// <summary>For tests that sign in by the hundred.</summary>
    internal Passwords(int iterations)
    {
        this.iterations = iterations;
        hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
        Nobodys = HashOfNothing(iterations);
    }

    public string Hash(string password) => hasher.HashPassword(null!, password);

    /// <param name="hash">Null: there is no such person. It takes as long as with one.</param>
    /// <param name="password">As it was sent.</param>
    public bool Fits(string? hash, string password) =>
        hasher.VerifyHashedPassword(null!, hash ?? Nobodys, password) != PasswordVerificationResult.Failed && hash is not null;

    /// <summary>Hashed with fewer rounds than a new one would be: hash it again while the password is at hand.</summary>
    public bool IsOutdated(string hash) => Convert.FromBase64String(hash) is not [1, _, _, _, _, ..] bytes
        || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)) != (uint)KeyDerivationPrf.HMACSHA512
        || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)) < iterations;

    /// <summary>What is wrong with a new password; null when nothing is. Length is what counts: no rule asks for special characters.</summary>
    public static string? Fault(string? password, string email) => password switch
    {
        null or { Length: < LengthMin } => $"must have at least {LengthMin} characters",
        { Length: > LengthMax } => $"must have at most {LengthMax} characters",
        _ when password.Distinct().Count() < DifferentMin => $"must have at least {DifferentMin} different characters",
        _ when EmailAddress.KeyOf(password) == EmailAddress.KeyOf(email) => "must not be the e-mail address",
        _ => null,
    };

    /// <summary>In the hasher's own format (version, function, rounds, salt, key), but of random bytes: no password fits it.</summary>
    private static string HashOfNothing(int iterations)
    {
        const int saltBytes = 16;
        const int keyBytes = 32;
        var hash = RandomNumberGenerator.GetBytes(13 + saltBytes + keyBytes);
        hash[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(1), (uint)KeyDerivationPrf.HMACSHA512);
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(5), (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(9), saltBytes);
        return Convert.ToBase64String(hash);
    }
}
