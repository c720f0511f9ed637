/**
 * Outlines of the symbols of notation: clefs, note heads, accidentals, rests, flags and digits.
 *
 * They are taken from the music font Leland, flipped so that y points down, and without the rest of the font.
 * Copyright (c) 2020, MuseScore BVBA (http://www.musescore.org/), with Reserved Font Name "Leland".
 * This Font Software is licensed under the SIL Open Font License, Version 1.1, which follows.
 *
 * SIL OPEN FONT LICENSE
 *
 * Version 1.1 - 26 February 2007
 *
 * PREAMBLE
 *
 * The goals of the Open Font License (OFL) are to stimulate worldwide development of collaborative font projects, to
 * support the font creation efforts of academic and linguistic communities, and to provide a free and open framework
 * in which fonts may be shared and improved in partnership with others.
 *
 * The OFL allows the licensed fonts to be used, studied, modified and redistributed freely as long as they are not
 * sold by themselves. The fonts, including any derivative works, can be bundled, embedded, redistributed and/or sold
 * with any software provided that any reserved names are not used by derivative works. The fonts and derivatives,
 * however, cannot be released under any other type of license. The requirement for fonts to remain under this
 * license does not apply to any document created using the fonts or their derivatives.
 *
 * DEFINITIONS
 *
 * "Font Software" refers to the set of files released by the Copyright Holder(s) under this license and clearly
 * marked as such. This may include source files, build scripts and documentation.
 *
 * "Reserved Font Name" refers to any names specified as such after the copyright statement(s).
 *
 * "Original Version" refers to the collection of Font Software components as distributed by the Copyright Holder(s).
 *
 * "Modified Version" refers to any derivative made by adding to, deleting, or substituting — in part or in whole —
 * any of the components of the Original Version, by changing formats or by porting the Font Software to a new
 * environment.
 *
 * "Author" refers to any designer, engineer, programmer, technical writer or other person who contributed to the
 * Font Software.
 *
 * PERMISSION & CONDITIONS
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of the Font Software, to use, study,
 * copy, merge, embed, modify, redistribute, and sell modified and unmodified copies of the Font Software, subject to
 * the following conditions:
 *
 * 1) Neither the Font Software nor any of its individual components, in Original or Modified Versions, may be sold
 * by itself.
 *
 * 2) Original or Modified Versions of the Font Software may be bundled, redistributed and/or sold with any software,
 * provided that each copy contains the above copyright notice and this license. These can be included either as
 * stand-alone text files, human-readable headers or in the appropriate machine-readable metadata fields within text
 * or binary files as long as those fields can be easily viewed by the user.
 *
 * 3) No Modified Version of the Font Software may use the Reserved Font Name(s) unless explicit written permission
 * is granted by the corresponding Copyright Holder. This restriction only applies to the primary font name as
 * presented to the users.
 *
 * 4) The name(s) of the Copyright Holder(s) or the Author(s) of the Font Software shall not be used to promote,
 * endorse or advertise any Modified Version, except to acknowledge the contribution(s) of the Copyright Holder(s)
 * and the Author(s) or with their explicit written permission.
 *
 * 5) The Font Software, modified or unmodified, in part or in whole, must be distributed entirely under this
 * license, and must not be distributed under any other license. The requirement for fonts to remain under this
 * license does not apply to any document created using the Font Software.
 *
 * TERMINATION
 *
 * This license becomes null and void if any of the above conditions are not met.
 *
 * DISCLAIMER
 *
 * THE FONT SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
 * TO ANY WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF COPYRIGHT, PATENT,
 * TRADEMARK, OR OTHER RIGHT. IN NO EVENT SHALL THE COPYRIGHT HOLDER BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, INCLUDING ANY GENERAL, SPECIAL, INDIRECT, INCIDENTAL, OR CONSEQUENTIAL DAMAGES, WHETHER IN AN ACTION OF
 * CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF THE USE OR INABILITY TO USE THE FONT SOFTWARE OR FROM OTHER
 * DEALINGS IN THE FONT SOFTWARE.
 */

/** Units of the outlines per staff space, the distance between two lines. */
export const UNITS_A_SPACE = 250;

/**
 * The outlines as path data of SVG. The origin is at the left, at the height for which the symbol stands (the line of a
 * clef, the note of a head or an accidental, the middle of a digit). For a flag it is the tip of the stem.
 *
 * @type {{ [name: string]: string }}
 */
export const GLYPHS = {
  gClef:
    "M420 206l-58-329c-59 14-104 63-104 124c0 49 22 75 61 99c12 8 22 13 22 22s-9 13-17 13c-80 0-135-96-135-166c0-94" +
    " 62-190 153-217c-7-41-14-88-23-142c-15 15-31 29-48 44c-88 76-174 185-174 307c0 151 122 251 265 251c19 0 38-2 58" +
    "-6zM332-822c-8 31-11 65-11 102c0 42 5 81 11 121c69-68 146-146 146-250c0-69-24-118-39-118c-52 0-98 105-107" +
    " 145zM562 21c0-89-65-150-155-150c7 44 34 203 55 323c71-29 100-102 100-173zM122 513c0-66 45-123 115-123c75 0 116" +
    " 57 116 111c0 64-47 104-94 111c-3 1-5 2-5 4c0 1 2 2 3 3c2 0 23 5 47 5c101 0 154-55 154-159c0-53-11-123-30-219c" +
    "-23 4-50 7-79 7c-186 0-349-147-349-334c0-200 126-321 217-406c21-17 73-70 74-71c-17-112-22-161-22-215c0-84 18" +
    "-212 82-288c33-39 64-51 71-51c18 0 47 35 71 86c16 36 44 110 44 201c0 159-73 284-179 395c9 56 19 115 29 175c146" +
    " 0 253 102 253 253c0 103-73 205-171 237c6 39 12 69 15 89c10 57 16 102 16 141c0 63-14 129-68 167c-36 22-77 34" +
    "-124 34c-135 0-186-87-186-153z",
  fClef:
    "M568-124c0-28 22-51 48-51s48 23 48 51s-22 50-48 50s-48-22-48-50zM254-251c180 0 274 112 274 286c0 184-158 362" +
    "-298 463c-91 71-205 118-206 118s-4 1-5 1c-6 0-15-2-18-12c0-2-1-3-1-5c0-12 12-19 12-19c1 0 99-45 203-140c98-88" +
    " 181-275 181-405c0-168-50-250-152-250c-35 0-67 6-92 20c-39 21-69 65-76 109c8-7 25-17 35-21c9-3 20-5 32-5c56 0" +
    " 106 47 106 104c0 66-50 109-114 109c-74 0-116-54-116-127s38-139 97-182c1 0 62-44 138-44zM568 123c0-28 22-51 48" +
    "-51s48 23 48 51s-22 51-48 51s-48-23-48-51z",
  wholeHead:
    "M195 102c41 0 75-8 75-57c0-25-18-89-32-116s-32-33-60-33c-15 0-31 2-43 6c-24 8-34 24-32 51c1 27 19 91 32 116s32" +
    " 33 60 33zM187-136c138 0 186 70 186 135s-48 135-186 135s-187-70-187-135s49-135 187-135z",
  halfHead:
    "M75 86c46 0 215-85 215-135c0-22-16-36-40-36c-47 0-215 86-215 135c0 9 7 36 40 36zM213-132c62 0 112 33 112 92c0" +
    " 88-109 173-213 173c-81 0-112-48-112-91c0-93 116-174 213-174z",
  blackHead: "M0 42c0-92 116-174 213-174c62 0 112 33 112 92c0 88-109 173-213 173c-81 0-112-48-112-91z",
  flat:
    "M132-40v-11c0-21-3-55-39-55c-40 0-55 29-57 38l-3 195c58-46 99-88 99-167zM120-155c59 0 83 49 83 101c0 103-90 185" +
    "-176 228c-2 1-6 2-8 2c-8 0-14-6-14-14l-5-601c0-8 6-14 14-14h12c8 0 14 6 14 14l-4 321c5-6 34-37 84-37z",
  natural:
    "M28 97l116-32v-165l-116 33v164zM166-183c3 2 5 7 5 11v495h-27v-175l-126 35h-4c-8 0-14-5-14-13v-495h28v175l126" +
    "-35c1 0 3-1 4-1c3 0 6 1 8 3z",
  sharp:
    "M78-74v166l89-19v-165zM233-105l-38 7v165l33-7h2c8 0 14 6 14 14v59c0 6-5 13-11 14l-38 7v147h-28v-141l-89 18v155h" +
    "-28v-149l-33 7h-3c-8 0-14-6-14-14v-58c0-6 5-13 11-14l39-8v-165l-33 7h-3c-8 0-14-6-14-14v-58c0-6 5-13 11-14l39" +
    "-8v-147h28v141l89-18v-155h28v149l33-7h2c8 0 14 6 14 14v59c0 6-5 13-11 14z",
  doubleSharp:
    "M261-51h-53l-50 50v2l50 50h53c8 0 14 5 14 13v59c0 8-6 14-14 14h-59c-8 0-14-6-14-14v-53l-49-48h-3l-50 48v53c0 8" +
    "-5 14-13 14h-59c-8 0-14-6-14-14v-59c0-8 6-13 14-13h53l49-50v-3l-49-49h-53c-8 0-14-6-14-14v-59c0-8 6-14 14" +
    "-14h59c8 0 13 6 13 14v53l50 50h3l49-50v-53c0-8 6-14 14-14h59c8 0 14 6 14 14v59c0 8-6 14-14 14z",
  doubleFlat:
    "M132-40v-11c0-21-3-55-39-55c-40 0-55 29-57 38l-3 195c58-46 99-88 99-167zM300-40v-11c0-21-3-55-39-55c-40 0-55 29" +
    "-57 38l-3 195c58-46 99-88 99-167zM288-155c59 0 83 48 83 100c0 103-90 185-176 228c-2 1-6 3-8 3c-8 0-14-6-14-14l" +
    "-1-114c-36 54-87 96-145 125c-2 1-6 3-8 3c-8 0-14-6-14-14l-5-601c0-8 6-14 14-14h12c8 0 14 6 14 14l-4 321c5-6 34" +
    "-37 84-37c22 0 38 7 51 17l-3-301c0-8 6-14 14-14h12c8 0 14 6 14 14l-4 320c5-6 34-36 84-36z",
  wholeRest: "M14-5h297c8 0 14 6 14 14v108c0 8-6 14-14 14h-297c-8 0-14-6-14-14v-108c0-8 6-14 14-14z",
  halfRest: "M0-10v-108c0-14 0-14 14-14h297c14 0 14 0 14 14v108c0 14 0 14-14 14h-297c-14 0-14 0-14-14z",
  quarterRest:
    "M230 166l2 3c2 3 3 5 3 8s-1 5-3 9c-3 4-6 5-10 5s-8-2-8-2l-39-25c-8-5-19-9-32-9c-32 0-56 26-56 58c0 18 7 32 7" +
    " 32s32 58 35 63c1 2 3 5 3 9s-2 8-7 12c-2 2-4 2-6 2c-7 0-12-6-12-6s-75-95-96-127c-8-11-11-25-11-39c0-51 40-93 91" +
    "-93c12 0 21 2 25 3l-112-139c-2-2-3-5-3-8v-9c0-2 1-6 2-8l101-154c2-3 3-8 3-12c0-5-1-9-3-12l-76-104s-3-5-3-11c0-3" +
    " 1-7 5-10c3-2 5-3 8-3c6 0 10 6 10 6l162 219c2 2 3 5 3 8v9c0 2-1 5-2 7l-102 154c-1 2-2 6-2 9c0 2 1 5 2 6l115" +
    " 142c3 4 5 6 6 7z",
  eighthRest:
    "M267-203c6 3 9 7 9 12c0 2 0 4-1 5l-140 441l-27-8l114-356c-34 37-69 62-122 62c-47 0-100-25-100-79c0-39 32-71 72" +
    "-71c39 0 71 32 71 71c0 19-7 35-18 48c16-3 32-10 45-20c45-33 76-92 80-98c2-5 7-8 13-8c1 0 3 1 4 1z",
  sixteenthRest:
    "M343-186l-195 693l-27-7l102-365c-30 39-69 64-119 66c-20 0-37-2-56-10c-26-9-47-34-47-64c0-40 30-74 70-74c39 0 73" +
    " 29 73 69c0 17-6 34-17 48c51-13 108-78 122-125l45-159c-30 39-69 64-119 66c-47 0-101-19-103-75c0-39 29-72 69" +
    "-74c39 0 74 30 74 69c0 18-5 34-17 48c55-14 95-68 119-116c3-5 7-8 13-8c1 0 3 0 5 1c6 2 9 7 9 12c0 2 0 3-1 5z",
  thirtySecondRest:
    "M151-49c-45 0-90-29-90-76c0-40 31-71 70-71s72 27 72 67c0 18-3 33-15 48c56-14 99-84 119-134l39-161c-28 39-68 67" +
    "-117 70c-5 1-9 1-13 1c-45-3-92-23-92-76c0-42 33-72 72-72s70 29 70 67c0 18-3 33-15 48c48-12 94-71 113-113c3-5 7" +
    "-9 13-9c1 0 3 0 4 1c6 2 10 6 10 12c0 1 0 3-1 4l-232 950l-27-6l91-372c-30 42-72 71-125 71s-97-25-97-77c0-40 32" +
    "-70 71-70s71 26 71 66c0 18-3 34-14 48c58-16 96-83 118-135l37-151c-4 7-41 70-132 70z",
  sixtyFourthRest:
    "M144 752l78-377c-3 8-37 75-130 75c-75 0-92-48-92-75s20-71 71-71c50 0 71 44 71 71c0 16-5 30-13 41c15-5 30-13 43" +
    "-24c26-24 62-80 71-116l31-150c-4 8-45 75-129 75s-93-57-93-76s16-71 71-71c56 0 72 48 72 71c0 22-5 30-13 42c58-19" +
    " 90-83 112-136l33-159c-4 8-41 75-129 75c-71 0-93-43-93-77s27-70 71-70s72 37 72 72s-5 29-14 41c16-5 31-13 43" +
    "-25c37-33 64-96 70-112l33-156l-1 1c-29 45-74 75-129 75c-42 0-93-19-93-75c0-43 34-72 71-72s72 30 72 72c0 14-5 30" +
    "-14 41c16-5 31-13 43-24c39-36 62-85 66-92s6-10 14-10c2 0 3 0 4 1c6 1 10 6 10 12c0 1-1 2-1 4c-2 7-226 1085-251" +
    " 1205z",
  eighthFlagUp:
    "M0 227v-226c0-7 6-13 13-13c6 0 11 4 12 8c0 0 9 36 10 39c2 4 19 61 56 118c27 42 122 165 119 165c0 0 74 95 79" +
    " 224c0 91-17 184-62 264c-4 7-9 11-16 11c-6 0-10-4-10-10c-1-4 1-9 3-15c26-72 45-146 45-218c0-83-29-126-47-157c" +
    "-65-111-151-165-194-179c-7-3-8-8-8-11z",
  eighthFlagDown:
    "M0-1v-226c0-3 1-8 8-11c42-14 147-68 212-179c18-31 47-74 47-157c0-72-16-125-56-218c-2-4-3-9-3-12c0-6 2-10 7-12c1" +
    "-1 3-1 5-1c6 0 12 4 15 11c53 97 74 173 74 264c0 88-30 154-79 224c-50 70-110 117-149 182c-36 59-45 97-46 101c-1" +
    " 3-10 38-10 39c-1 4-7 8-12 8c-7 0-13-6-13-13z",
  sixteenthFlagUp:
    "M209 473c8 11 17 24 25 40c1-10 2-20 2-30c0-38-9-78-48-129c-36-47-101-116-152-116c1 8 2 15 3 20c7 26 25 60 64" +
    " 99c49 49 79 81 106 116zM0 381v-381c0-7 3-12 15-12c11 0 12 5 14 12c0 0 28 103 66 158s89 107 136 169c34 45 48 92" +
    " 48 144c0 49-9 86-19 123c3 21 5 45 5 74c0 56-26 110-44 138c-4 6-8 14-15 14c-2 0-3 0-5-1c-5-3-7-7-7-11c0-5 3-11" +
    " 4-16c15-40 22-91 22-115c1-6 1-11 1-17c0-34-8-70-42-121c-60-89-138-139-164-148c-7-3-15-7-15-10z",
  sixteenthFlagDown:
    "M37-240c146-39 226-114 230-268c-27 48-96 104-154 149c-59 45-67 82-74 107c0 3-1 7-2 12zM0 10v-398c0-2 8-24 15" +
    "-27c77-17 223-106 244-190l1-3c4-12 5-25 5-38c0-67-26-101-61-138c-4-4-10-8-10-11c0-5 13-8 17-8c6 0 12 2 16 5c33" +
    " 26 79 81 79 160c0 26-2 44-6 57c6 37 9 74 9 107c0 185-140 262-193 313c-40 38-71 68-86 171c-2 8-7 16-15 16s-15-8" +
    "-15-16z",
  thirtySecondFlagUp:
    "M188 180c-36-47-102-116-153-116c5 22 13 47 28 69c38 55 121 125 168 187c1 2 3 4 4 6c0-5 1-10 1-16c0-38-9-79-48" +
    "-130zM209 474c8 11 17 23 25 39c1-12 2-24 2-36c0-38-9-78-48-130c-36-47-101-109-153-109c2 8 3 16 4 21c7 26 25 60" +
    " 64 99c49 50 79 81 106 116zM0 382v-556c0-7 3-12 15-12c11 0 12 5 14 12c0 0 28 103 66 158s89 107 136 169c34 45 48" +
    " 92 48 144c0 32-4 63-11 94c7 23 11 48 11 73c0 50-9 93-19 131c3 21 5 45 5 74c0 56-26 110-44 138c-4 6-8 14-15 14c" +
    "-2 0-3 0-5-1c-5-3-7-7-7-11c0-5 3-11 4-16c15-40 22-91 22-115c1-6 1-11 1-17c0-34-8-70-42-121c-60-89-138-139-164" +
    "-148c-7-3-15-7-15-10z",
  thirtySecondFlagDown:
    "M113-359c-57 47-67 81-74 107c0 3-1 8-2 14c110-42 229-109 229-243c0-5 0-11-1-16c-3 5-7 11-11 16c-27 35-82 72-141" +
    " 122zM35-51c50-14 128-39 190-115c26-33 42-75 42-149c-7 13-16 25-26 36c-52 59-140 105-178 160c-14 21-23 46-28" +
    " 68zM0 200v-588c0-2 8-24 15-27c45-10 142-52 212-133c26-30 38-61 38-98c0-67-26-101-61-138c-4-5-10-8-10-11c0-5 14" +
    "-8 18-8c6 0 11 2 15 5c33 26 79 81 79 160c0 30-4 55-11 77c7 31 11 61 11 92v17c-1 17-4 34-7 51c6 40 10 80 10" +
    " 117c0 185-140 262-193 312c-40 38-71 68-86 172c-2 8-7 16-15 16s-15-9-15-16z",
  sixtyFourthFlagUp:
    "M188-7c-37-47-102-116-153-116h-2c4 24 13 53 30 78c38 56 121 130 168 192c1 1 2 3 3 4c1-9 2-19 2-29c0-38-9-78-48" +
    "-129zM231 320c1 2 3 4 4 6c0-7 1-15 1-22c0-38-9-79-48-130c-36-47-101-110-153-110c5 23 13 48 28 69c38 55 121 125" +
    " 168 187zM209 474c8 11 17 24 25 39c1-12 2-23 2-35c0-38-9-79-48-130c-36-47-101-110-153-110c2 9 3 16 4 22c7 25 25" +
    " 60 64 99c49 49 79 80 106 115zM0 383v-744c0-7 3-12 15-12c11 0 12 5 14 12c0 0 28 103 66 158s89 107 136 169c34 45" +
    " 48 92 48 144c0 35-5 67-13 101c9 26 13 52 13 79c0 35-4 67-11 101c7 23 11 48 11 73c0 50-9 94-19 131c3 21 5 46 5" +
    " 74c0 56-26 110-44 139c-4 6-8 13-15 14c-1 0-3-1-5-2c-5-2-7-6-7-11s3-11 4-16c15-40 22-90 22-115c1-6 1-11 1-17c-1" +
    "-34-8-70-42-121c-60-89-138-138-164-148c-7-2-15-7-15-9z",
  sixtyFourthFlagDown:
    "M35-48c112-42 231-108 231-244c0-6 0-13-1-20c-7 12-15 23-24 33c-52 58-140 105-178 160c-15 22-24 48-28 71zM113" +
    "-359c-57 47-67 81-74 107c0 3-1 8-2 14c110-42 229-109 229-243c0-6 0-11-1-17c-3 6-7 11-11 17c-27 34-82 72-141" +
    " 122zM36 136c50-14 127-39 189-115c26-32 42-74 42-146c-7 12-16 24-26 36c-52 58-140 105-178 160c-14 20-22 44-27" +
    " 65zM0 387v-775c0-3 8-24 15-27c45-10 142-52 212-133c26-30 38-61 38-98c0-67-26-101-61-138c-4-5-10-8-10-11c0-2 1" +
    "-4 5-5c4-3 9-4 13-4c6 1 11 3 15 6c33 26 79 81 79 160c0 30-4 55-11 77c7 31 11 61 11 92v17c-2 23-6 48-12 73c7 32" +
    " 12 64 12 97v20c-1 16-3 32-7 49c6 40 10 80 10 116c0 184-140 262-193 312c-40 38-71 68-86 172c-2 7-7 16-15 16s-15" +
    "-9-15-16z",
  digit0:
    "M202-255c106 0 187 110 187 255s-81 254-187 254s-187-109-187-254s81-255 187-255zM261 139v-278c0-36-16-75-59-75s" +
    "-59 39-59 75v278c0 36 16 75 59 75s59-39 59-75z",
  digit1:
    "M249 197h76c7 0 11 5 11 12v22c0 7-4 12-11 12h-274c-7 0-12-5-12-12v-22c0-7 5-12 12-12h76v-341l-71 122c-2 3-6 6" +
    "-10 6c-2 0-4-1-6-2l-19-11c-3-2-6-6-6-10c0-2 0-4 1-6l112-194l4-4c2-1 4-2 6-2h99c7 0 12 5 12 12v430z",
  digit2:
    "M342 39c4-10 11-14 18-14c9 0 17 6 17 19c0 27-23 102-41 139s-61 60-93 60s-60-16-78-42s-29-60-58-60c-24 0-32 10" +
    "-33 16c-1 3-1 6-1 9c0 8 2 19 8 33c2 5 3 9 3 13c0 18-17 31-33 31c-12 0-36-3-36-50s30-89 30-89c58-87 197-112 197" +
    "-229c0-51-11-86-68-86c-15 0-29 3-34 5c-18 5-23 12-23 18c0 5 4 10 7 11c26 10 46 41 46 69c0 41-33 74-74 74s-75-33" +
    "-75-74c0-46 28-137 179-137s170 83 170 125c0 60-27 112-133 145s-131 71-131 71c10-2 18-3 26-3c54 0 68 40 133" +
    " 40c49 0 69-72 77-94z",
  digit3:
    "M272-16h-2c44 14 94 45 94 118c0 109-104 142-200 142c-74 0-149-41-149-123c0-36 29-65 65-65s64 29 64 65c0 33-27" +
    " 62-60 64c11 8 37 16 65 16c42 0 87-18 87-85c0-70-23-100-67-106c-32-5-55-5-72-6c-11-1-13-12-13-12v-20s1-14 13" +
    "-14s68-4 80-6s59-11 59-74c0-54-45-79-87-79c-19 0-38 5-52 15l-3 3c28 6 50 34 50 63c0 36-28 64-64 64s-65-28-65" +
    "-64l1-2h-1s-5-122 167-122s175 113 175 122v5c0 18-5 70-85 101z",
  digit4:
    "M208 127h-172c-9 0-11-6-11-6s-7-11-10-18c-1-2-1-4-1-6c0-6 3-11 3-11c26-37 56-87 82-168s31-155 31-155c1-6 6-12" +
    " 13-12h149c4 0 7 2 10 4l22 22c1 1 3 5 3 10c0 4-1 9-5 14c-118 158-230 278-230 278h116v-82c0-4 1-8 4-11l91-83c3-3" +
    " 7-3 11-3c2 0 3 0 5 1l12 6c4 2 7 7 7 13v159h90c8 0 14 7 14 14v19c0 8-6 15-14 15h-90v74h90c8 0 14 6 14 14v19c0 8" +
    "-6 14-14 14h-303c-7 0-14-6-14-14v-19c0-8 7-14 14-14h83v-74z",
  digit5:
    "M27-218c0-16 7-21 22-21c7 0 12 1 12 1c43 6 78 10 114 10c37 0 75-4 124-16c6-1 10-2 14-2c13 0 18 6 18 14c0 3-1 7" +
    "-2 10c-28 74-82 89-154 89c-35 0-68-4-83-5h-1c-6 0-11 5-11 11v63c0 4 3 7 7 7c1 0 3 0 4-1c29-20 64-28 97-28c100 0" +
    " 174 56 174 162c0 107-85 168-187 168c-77 0-160-37-160-125c0-34 27-70 66-70s73 19 73 68s-31 60-40 66c-3 2-4 4-4" +
    " 7c0 2 2 5 5 6c6 4 19 7 42 7h8c66-3 82-75 82-125c0-48-13-109-84-109c-63 0-74 52-79 65c-2 6-6 7-10 7h-5c-5-1-26" +
    "-6-35-8c-7-1-7-11-7-16c0 0 4-66 5-122v-13c0-52-5-100-5-100z",
  digit6:
    "M210 202c33 0 61-45 61-101s-28-102-61-102s-60 46-60 102s27 101 60 101zM247-48c63 0 140 37 140 135c0 116-131 157" +
    "-166 157s-72-2-130-46c-59-52-76-121-76-182c0-56 15-105 25-129c20-46 85-132 175-132c100 0 142 53 155 89c4 8 6 23" +
    " 6 32v3c0 36-29 64-65 64s-64-28-64-64c0-23 17-50 38-59c-10-11-25-19-50-19c-70 0-90 74-90 131c0 16 2 32 5 53c14" +
    "-15 36-33 97-33z",
  digit7:
    "M162 123c23-33 125-206 133-222c-10 10-47 13-67 13c-80 0-83-38-118-38s-50 31-50 54v32c0 6-5 11-11 11h-23c-6 0-11" +
    "-5-11-11v-185c0-6 5-11 11-11h23c6 0 11 5 11 11v48c3-6 41-69 103-69c65 0 77 86 119 86c40 0 42-69 42-79s7-14 12" +
    "-14h18c6 0 10 4 11 14s1 14 1 23c0 23-6 78-17 109c-22 63-54 148-66 195c-6 22-8 46-8 67c0 37 6 68 6 70v3c1 9-16" +
    " 20-25 20c-7 0-34-7-63-7c-3 0-7 1-10 1c-32 2-42 6-58 6c-11 0-14-6-14-17c0-37 29-77 51-110z",
  digit8:
    "M268-45c18-9 40-32 40-80c0-46-42-75-104-75c-43 0-79 16-79 55c0 45 75 78 143 100zM204 192c63 0 98-35 98-62c0-55" +
    "-97-89-165-112c0 0-52 16-52 83c0 56 55 91 119 91zM324-18c52 27 69 72 69 120c0 81-85 146-189 146s-189-65-189" +
    "-146c0-48 25-85 70-111c-47-30-57-66-57-106c0-72 79-131 176-131s176 59 176 131c0 40-23 72-56 97z",
  digit9:
    "M192-204c-33 0-61 46-61 102s28 101 61 101s60-45 60-101s-27-102-60-102zM155 47c-63 0-140-37-140-135c0-116 131" +
    "-157 166-157s72 2 130 46c59 52 76 121 76 182c0 56-15 105-25 129c-20 46-85 132-175 132c-100 0-142-53-155-89c-4-8" +
    "-6-23-6-32v-3c0-36 29-64 65-64s64 28 64 64c0 23-17 50-38 59c10 11 25 19 50 19c70 0 90-74 90-131c0-16-2-32-5-53c" +
    "-14 15-36 33-97 33z",
};
